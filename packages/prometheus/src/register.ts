// For `node --import @stamina/prometheus/register app.js`, and `--require` alike.
import { addRetryHook } from '@stamina/core';
import { prometheusHook } from './prometheus-hook.ts';

addRetryHook(prometheusHook());
