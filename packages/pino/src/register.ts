/**
 * Logs every retry of the process with the default options. Load it with `node --import @stamina/pino/register app.js`.
 * The environment variable `LOG_LEVEL` sets the level of the logger, such as `debug` or `silent`. Default `info`.
 */
import { addRetryHook } from '@stamina/core';
import { pino } from 'pino';
import { pinoHook } from './pino-hook.ts';

/** Marks the process. This module may be loaded both as an ES module and as CommonJS, but must add only one hook. */
const REGISTERED: unique symbol = Symbol.for('@stamina/pino/register') as never;
const holder = globalThis as { [REGISTERED]?: boolean };

if (!holder[REGISTERED]) {
  holder[REGISTERED] = true;
  addRetryHook(pinoHook(pino({ level: levelOf(process.env.LOG_LEVEL) })));
}

/** Returns the level that `LOG_LEVEL` names. A wrong name must not keep the program from starting. */
function levelOf(given: string | undefined): string {
  if (!given) return 'info';
  const level = given.toLowerCase();
  if (level === 'silent' || level in pino.levels.values) return level;
  const levels = [...Object.keys(pino.levels.values), 'silent'].join(', ');
  process.emitWarning(
    `LOG_LEVEL is ${JSON.stringify(given)}, which is no level of pino (${levels}), so retries are logged at info.`,
  );
  return 'info';
}
