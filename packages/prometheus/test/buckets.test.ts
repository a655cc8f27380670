import { retry, setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { valuesOf } from './values.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  setRetryHooks([]);
});

/** As Prometheus does: even within a bucket. */
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

test.each([2, 3, 4, 6, 7, 10])('the buckets tell quantiles of the default backoff of %s attempts', async (attempts) => {
  // Drawn evenly, by the golden ratio: with 500 drawn by chance the median alone is off by 5 % every thirtieth time.
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
    const told = histogramQuantile(quantile, buckets);
    expect(Math.abs(told / actual - 1), `${quantile}: ${told} for ${actual}`).toBeLessThan(0.02);
  }
});
