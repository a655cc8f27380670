// #region shown
import { setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { Registry } from 'prom-client';

const registry = new Registry();

setRetryHooks([prometheusHook({ registry })]);
// #endregion shown

const { retry } = await import('@stamina/core');

class Unavailable extends Error {}

let failures = 2;
const policy = retry({
  on: Unavailable,
  attempts: 3,
  waitMax: 0,
  name: 'loadUser',
});
const load = (): string => {
  if (failures-- > 0) throw new Unavailable('try later');
  return 'Ada';
};
await policy.run(load);
failures = 9;
await policy.run(load).catch(() => {});

const metrics = (await registry.metrics()).split('\n');
console.log(
  metrics.filter((line) => /^stamina_\w+_total\{/.test(line)).join('\n'),
);
