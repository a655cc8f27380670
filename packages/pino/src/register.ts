/** Logs every retry of the process, with the defaults: `node --import @stamina/pino/register app.js`. */
import { addRetryHook } from '@stamina/core';
import { pinoHook } from './pino-hook.ts';

/** Once per process, though it may be loaded as an ES module and as CommonJS. */
const REGISTERED: unique symbol = Symbol.for('@stamina/pino/register') as never;
const holder = globalThis as { [REGISTERED]?: boolean };

if (!holder[REGISTERED]) {
  holder[REGISTERED] = true;
  addRetryHook(pinoHook());
}
