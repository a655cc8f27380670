import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const run = (...args: string[]): string[] =>
  execFileSync(process.execPath, args, { cwd: PACKAGE, encoding: 'utf8' }).trim().split('\n');

/** An application that starts the SDK of OpenTelemetry after its first retry. It does not know this package. */
const APP = `import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { retry } from '@stamina/core';

async function load() {
  let failures = 1;
  await retry({ on: () => 0, name: 'load' }).run(() => {
    if (failures-- > 0) throw new TypeError('not yet');
  });
}

await load();
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
await load();

const { resourceMetrics } = await reader.collect();
for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)) {
  for (const { attributes, value } of dataPoints) console.log(descriptor.name, attributes, value.count ?? value);
}
await reader.shutdown();`;

test.each(['--import', '--require'])('%s reports the retries of an application that knows nothing of it', (flag) => {
  // Only the second retry is in the metrics, because the application starts its SDK after the first.
  expect(run(flag, '@stamina/opentelemetry/register', '--input-type=module', '--eval', APP)).toEqual([
    "stamina.retries { 'stamina.callable': 'load', 'error.type': 'TypeError' } 1",
    "stamina.call.retries { 'stamina.callable': 'load', 'stamina.outcome': 'recovered' } 1",
    "stamina.call.duration { 'stamina.callable': 'load', 'stamina.outcome': 'recovered' } 1",
    "stamina.retry.wait { 'stamina.callable': 'load' } 1",
    "stamina.retry.waiting { 'stamina.callable': 'load' } 0",
  ]);
});

test('the ES module and the CommonJS build add one hook together', () => {
  const program = `
    const { getRetryHooks } = require('@stamina/core');
    require('@stamina/opentelemetry/register');
    import('@stamina/opentelemetry/register').then(() => console.log(getRetryHooks().length));`;
  expect(run('--input-type=commonjs', '--eval', program)).toEqual(['1']);
});
