// Uses everything that the package exports, as users do. Nothing here runs. It must compile with the oldest
// and the newest supported pino, and with the oldest supported TypeScript.
import { addRetryHook, type RetryListener, type RetryOptions, setRetryHooks } from '@stamina/core';
import { type PinoHookOptions, type PinoLogger, pinoHook } from '@stamina/pino';
import pino, { type BaseLogger } from 'pino';
import { pino as pino8 } from 'pino-8';
import { pino as pino9 } from 'pino-9';

/** `true` if both types are the same, and `false` otherwise. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <T extends true>(): T | undefined => undefined;

// Without a logger

const hook = pinoHook();
expectType<Same<typeof hook, RetryListener>>();
setRetryHooks([hook, pinoHook(undefined, { level: 'debug' })]);
addRetryHook(pinoHook(undefined, { args: true }));

// Any pino logger

const logger = pino();
pinoHook(logger);
pinoHook(logger, {});
pinoHook(logger, { level: undefined, args: undefined });
pinoHook(logger.child({ module: 'retries' }), { level: 'silent' });
pinoHook(pino8(), { level: 'fatal', args: false });
pinoHook(pino8().child({}), { level: 'trace' });
pinoHook(pino9(), { level: 'warn' });
pinoHook(pino9().child({}), { level: 'info' });

/** Fastify's type of `app.log`. */
interface FastifyBaseLogger
  extends Pick<BaseLogger, 'level' | 'info' | 'error' | 'debug' | 'fatal' | 'warn' | 'trace' | 'silent'> {
  child(bindings: pino.Bindings, options?: pino.ChildLoggerOptions): FastifyBaseLogger;
}
export const useFastify = (app: { log: FastifyBaseLogger }): RetryListener => pinoHook(app.log, { level: 'error' });
export const useAnything = (logger: ReturnType<typeof JSON.parse>): RetryListener =>
  pinoHook(logger, { level: 'error' });
export const useStructural = (logger: PinoLogger): RetryListener => pinoHook(logger, { level: 'error' });

// Custom levels

pinoHook(pino({ customLevels: { audit: 35 } }), { level: 'audit' });
pinoHook(pino({ customLevels: { audit: 35 } }), { level: 'warn' });
pinoHook(pino().child({}, { customLevels: { audit: 35 } }), { level: 'audit' });
pinoHook(pino9({ customLevels: { audit: 35 } }), { level: 'audit' });
pinoHook(pino8({ customLevels: { audit: 35 } }), { level: 'audit' });
pinoHook(
  pino({ customLevels: { error: 50, warning: 40, info: 30 }, useOnlyCustomLevels: true as const, level: 'info' }),
  { level: 'warning' },
);

// Options in a variable, and a logger for a single policy

export const options: PinoHookOptions = { level: 'info', args: true };
export const custom: PinoHookOptions<'audit'> = { level: 'audit' };
pinoHook(logger, options);
pinoHook(pino({ customLevels: { audit: 35 } }), custom);
export const policy: RetryOptions = { on: Error, ...pinoHook(logger) };

// The rest must not compile. Each error is expected on a line of its own.

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
export const auditOptions: PinoHookOptions = { level: 'audit' };
