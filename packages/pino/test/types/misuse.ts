// This code must not compile. Each error is expected on a line of its own.
import { setRetryHooks } from '@stamina/core';
import { type PinoHookOptions, pinoHook } from '@stamina/pino';
import pino from 'pino';

const logger = pino();

// @ts-expect-error `pinoHook` makes a hook, but is no hook itself.
setRetryHooks([pinoHook]);
// @ts-expect-error The console is no pino logger.
pinoHook(console);
// @ts-expect-error The function that makes loggers is no logger.
pinoHook(pino);
// @ts-expect-error Options are the second parameter.
pinoHook({ level: 'info' });
// @ts-expect-error The level is misspelt.
pinoHook(logger, { level: 'wran' });
// @ts-expect-error A level is a name, not a number.
pinoHook(logger, { level: 30 });
// @ts-expect-error This method is no level.
pinoHook(logger, { level: 'child' });
// @ts-expect-error This method is no level either, although it is called with an object.
pinoHook(logger, { level: 'setBindings' });
// @ts-expect-error This logger does not have the level.
pinoHook(pino({ customLevels: { audit: 35 } }), { level: 'verbose' });
// @ts-expect-error `args` is true or false. The option `redact` of the logger hides a part of them.
pinoHook(logger, { args: ['password'] });
// @ts-expect-error The option is misspelt.
pinoHook(logger, { arguments: true });
// @ts-expect-error The logger is the first parameter, not an option.
pinoHook(undefined, { logger });
// @ts-expect-error Only a type argument allows custom levels.
export const options: PinoHookOptions = { level: 'audit' };
