import { retry, setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { valuesOf } from './support/values.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  setRetryHooks([]);
});

/** Estimates a quantile as Prometheus does, which assumes that values are spread evenly within a bucket. */
function histogramQuantile(
  quantile: number,
  buckets: readonly { readonly bound: number; readonly count: number }[],
): number {
  const rank = quantile * (buckets.at(-1)?.count ?? 0);
  const index = buckets.findIndex(({ count }) => count >= rank);
  const [below = { bound: 0, count: 0 }, at] = [buckets[index - 1], buckets[index]];
  if (at === undefined) throw new Error('nothing was observed');
  return below.bound + ((at.bound - below.bound) * (rank - below.count)) / (at.count - below.count);
}

test.each([2, 3, 4, 6, 7, 10])('the buckets give exact quantiles for %s attempts', async (attempts) => {
  // The golden ratio spreads the draws evenly. With 500 random draws the median would be off by 5 % in one of 30 runs.
  let draw = 0;
  vi.spyOn(Math, 'random').mockImplementation(() => (draw = (draw + 0.618_033_988_749_895) % 1));
  const registry = new Registry();
  const waits: number[] = [];
  setRetryHooks([prometheusHook({ registry }), ({ waitFor }) => void waits.push(waitFor / 1_000)]);
  const policy = retry({ on: Error, attempts, timeout: Infinity, name: 'load' });
  const fail = (): never => {
    throw new Error('down');
  };
  const calls = Promise.allSettled(Array.from({ length: 500 }, () => policy.run(fail)));
  await vi.runAllTimersAsync();
  await calls;
  waits.sort((a, b) => a - b);

  const buckets = Object.entries(await valuesOf(registry, 'stamina_retry_wait_seconds')).flatMap(([key, count]) => {
    const [, bound] = /^bucket le=(\S+)/.exec(key) ?? [];
    return bound === undefined ? [] : [{ bound: bound === '+Inf' ? Infinity : Number(bound), count }];
  });
  for (const quantile of [0.5, 0.9, 0.99]) {
    const actual = waits[Math.floor(quantile * waits.length)] as number;
    const estimate = histogramQuantile(quantile, buckets);
    expect(Math.abs(estimate / actual - 1), `${quantile}: ${estimate} for ${actual}`).toBeLessThan(0.02);
  }
});
