import { simulate } from '@stamina/testing';
import { expect, test } from 'vitest';

class HttpError extends Error {}

test('waits are distributed evenly over their range', () => {
  const { waits, totalTime } = simulate({ on: HttpError, attempts: 3 }, { calls: 10_000 });
  for (const [index, low] of [100, 200].entries()) {
    const { min, p50, mean, p90, p99, max } = waits[index] as (typeof waits)[number];
    expect(min).toBeGreaterThanOrEqual(low);
    for (const [value, share] of [
      [min, 0],
      [p50, 0.5],
      [mean, 0.5],
      [p90, 0.9],
      [p99, 0.99],
      [max, 1],
    ] as const) {
      expect(Math.abs(value - low - share * 1_000)).toBeLessThan(25);
    }
    expect(max).toBeLessThan(low + 1_000);
  }
  expect(Math.abs(totalTime.mean - 1_300)).toBeLessThan(25);
});

test('a distribution has the mean and percentiles', () => {
  let wait = 1_010;
  const { waits, totalTime } = simulate(
    { on: (error) => error as number },
    { calls: 100, failures: 1, error: () => (wait -= 10) },
  );
  expect(waits).toEqual([{ retryNum: 1, calls: 100, min: 10, mean: 505, p50: 500, p90: 900, p99: 990, max: 1_000 }]);
  expect(totalTime).toMatchObject({ min: 10, max: 1_000 });
});
