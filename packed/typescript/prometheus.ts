// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { retry, setRetryHooks } from '@stamina/core';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import '@stamina/prometheus/register';
import { Registry, register } from 'prom-client';

async function main(): Promise<void> {
  const own = new Registry();
  let failures = 2;
  const load = async (): Promise<void> => {
    if (failures-- > 0) throw new Error('not yet');
  };
  // The import of `register` added the hook for this call.
  await retry({ on: Error, waitMax: 0, name: 'load' }).run(load);
  setRetryHooks([prometheusHook({ registry: own })]);
  failures = 2;
  await retry({ on: Error, waitMax: 0, name: 'load' }).run(load);

  for (const registry of [register, own]) {
    const page = await registry.metrics();
    const line = 'stamina_retries_total{callable="load",retry_num="2",error_type="Error"} 1';
    if (!page.includes(line)) throw new Error(`got ${page}`);
    if (registry.getSingleMetric('stamina_retries_total') !== getRetryCounter(registry))
      throw new Error('two counters');
  }
  console.log('counted two retries');
}

void main();
