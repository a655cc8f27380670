// #region shown
import { setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { Registry } from 'prom-client';

const registry = new Registry();

setRetryHooks([prometheusHook({ registry })]);
// #endregion shown

const { call } = await import('./calls.ts');

await call();

const metrics = (await registry.metrics()).split('\n');
console.log(
  metrics.filter((line) => /^stamina_\w+_total\{/.test(line)).join('\n'),
);
