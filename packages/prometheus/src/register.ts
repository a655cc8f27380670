/**
 * Counts every retry of the process with the default options. Load it with
 * `node --import @stamina/prometheus/register app.js`.
 */
import { addRetryHook } from '@stamina/core';
import { prometheusHook } from './prometheus-hook.ts';

addRetryHook(prometheusHook());
