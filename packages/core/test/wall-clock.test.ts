import { type GiveUpDetails, type RetryDetails, retry, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) }));
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;

/** Makes a call that never succeeds, and moves the wall clock by `by` ms in its waits. */
async function observe(by: number) {
  const attemptsAt: number[] = [];
  const details: (RetryDetails | GiveUpDetails)[] = [];
  const begun = performance.now();
  const result = retry({
    on: () => 400,
    attempts: Number.POSITIVE_INFINITY,
    timeout: 1_000,
    attemptTimeout: 5_000,
    onRetry: (given) => void details.push(given),
    onGiveUp: (given) => void details.push(given),
  }).run(async () => {
    attemptsAt.push(performance.now() - begun);
    throw 'not yet';
  });
  const outcome = result.catch((error: unknown) => error);
  for (let step = 0; step < 10; step++) {
    if (by !== 0) vi.setSystemTime(Date.now() + by);
    await vi.advanceTimersByTimeAsync(200);
  }
  return { attemptsAt, details, error: await outcome };
}

test.each([-1_000, -24 * HOUR, 24 * HOUR])('moving the wall clock by %d ms changes nothing', async (by) => {
  const expected = await observe(0);
  expect(expected.attemptsAt).toEqual([0, 400, 800]);
  expect(expected.details.at(-1)).toMatchObject({ reason: 'timeout', elapsed: 800 });
  expect(await observe(by)).toEqual(expected);
});

test('a broken wall clock changes nothing', async () => {
  const expected = await observe(0);
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Number.NaN);
  expect(await observe(0)).toEqual(expected);
  clock.mockRestore();
});

test('a budget refills by the monotonic clock', () => {
  const budget = retryBudget({ ratio: 0, minPerSecond: 1, window: 10_000 });
  while (budget.withdraw());
  vi.setSystemTime(Date.now() + HOUR);
  expect(budget.balance).toBe(0);
  vi.setSystemTime(Date.now() - 2 * HOUR);
  vi.advanceTimersByTime(3_000);
  expect(budget.balance).toBe(3);
});

test('the wall clock does not prolong a synchronous call', () => {
  let attempts = 0;
  const policy = retrySync({ on: () => 1, attempts: Number.POSITIVE_INFINITY, timeout: 5 });
  expect(() =>
    policy.run(() => {
      vi.setSystemTime(Date.now() - HOUR);
      attempts++;
      throw new Error('not yet');
    }),
  ).toThrow('not yet');
  expect(attempts).toBe(6);
});
