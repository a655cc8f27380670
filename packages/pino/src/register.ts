/**
 * Logs every retry of the process with the default options. Load it with `node --import @stamina/pino/register app.js`.
 */
import { addRetryHook } from '@stamina/core';
import { pinoHook } from './pino-hook.ts';

/** Marks the process. This module may be loaded both as an ES module and as CommonJS, but must add only one hook. */
const REGISTERED: unique symbol = Symbol.for('@stamina/pino/register') as never;
const holder = globalThis as { [REGISTERED]?: boolean };

if (!holder[REGISTERED]) {
  holder[REGISTERED] = true;
  addRetryHook(pinoHook());
}
