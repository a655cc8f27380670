// What must not compile, each on its narrowest line.
import { setRetryHooks } from '@stamina/core';
import { type PinoHookOptions, pinoHook } from '@stamina/pino';
import pino from 'pino';

const logger = pino();

// @ts-expect-error The hook is what `pinoHook` makes.
setRetryHooks([pinoHook]);
// @ts-expect-error The console is no pino logger.
pinoHook(console);
// @ts-expect-error Nor is what makes loggers.
pinoHook(pino);
// @ts-expect-error Options come second.
pinoHook({ level: 'info' });
// @ts-expect-error A level is not misspelt.
pinoHook(logger, { level: 'wran' });
// @ts-expect-error A level is a name.
pinoHook(logger, { level: 30 });
// @ts-expect-error A method that is no level.
pinoHook(logger, { level: 'child' });
// @ts-expect-error Another one, which is called with an object, too.
pinoHook(logger, { level: 'setBindings' });
// @ts-expect-error A level that this logger does not have.
pinoHook(pino({ customLevels: { audit: 35 } }), { level: 'verbose' });
// @ts-expect-error Arguments are logged or not; what to hide of them, `redact` says.
pinoHook(logger, { args: ['password'] });
// @ts-expect-error A misspelt option.
pinoHook(logger, { arguments: true });
// @ts-expect-error A logger is no option.
pinoHook(undefined, { logger });
// @ts-expect-error Another's level.
export const options: PinoHookOptions = { level: 'audit' };
