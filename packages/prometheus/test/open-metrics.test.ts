import { retry, setRetryHooks } from '@stamina/core';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { type OpenMetricsContentType, openMetricsContentType, Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';

afterEach(() => setRetryHooks([]));

async function recover(): Promise<void> {
  let failures = 1;
  await retry({ on: () => 0, name: 'load' }).run(() => {
    if (failures-- > 0) throw new TypeError('not yet');
  });
}

test('counters keep the names that OpenMetrics requires', async () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(openMetricsContentType);
  setRetryHooks([prometheusHook({ registry })]);
  // Each reading renames the counters inside prom-client.
  for (const recovered of [1, 2]) {
    await recover();
    const page = await registry.metrics();
    expect(page).toContain(`# HELP stamina_retries Retries scheduled.
# TYPE stamina_retries counter
stamina_retries_total{callable="load",retry_num="1",error_type="TypeError"} ${recovered}
`);
    expect(page).toContain(
      `# TYPE stamina_recoveries counter\nstamina_recoveries_total{callable="load"} ${recovered}\n`,
    );
    expect(page).toMatch(/\n# EOF\n$/);
  }
  const counter = getRetryCounter(registry);
  prometheusHook({ registry });
  expect(getRetryCounter(registry)).toBe(counter);
});
