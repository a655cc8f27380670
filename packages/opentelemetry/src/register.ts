/**
 * Reports every retry of the process with the default options. Load it with
 * `node --import @stamina/opentelemetry/register app.js`. You can load it before or after the SDK.
 */
import { addRetryHook } from '@stamina/core';
import { openTelemetryHook } from './opentelemetry-hook.ts';

/** Marks the process. This module may be loaded both as an ES module and as CommonJS, but must add only one hook. */
const REGISTERED: unique symbol = Symbol.for('@stamina/opentelemetry/register') as never;
const holder = globalThis as { [REGISTERED]?: boolean };

if (!holder[REGISTERED]) {
  holder[REGISTERED] = true;
  addRetryHook(openTelemetryHook());
}
