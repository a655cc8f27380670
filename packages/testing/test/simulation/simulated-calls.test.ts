import { type RetryOptions, retryBudget } from '@stamina/core';
import { type SimulateOptions, simulate } from '@stamina/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

class HttpError extends Error {}

const ENDLESS = { on: HttpError, attempts: Infinity, timeout: Infinity, signal: new AbortController().signal };

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('attempts take their time up to the attempt timeout', () => {
  const options = { on: HttpError, attempts: 2, waitInitial: 50, waitMax: 50, waitJitter: 0, attemptTimeout: 30 };
  expect(simulate(options, { attemptTime: 10 }).totalTime).toMatchObject({ min: 70, max: 70 });
  expect(simulate(options, { attemptTime: 10, failures: 1 }).totalTime).toMatchObject({ min: 70, max: 70 });
  const hanging = simulate(options, { attemptTime: 30, failures: 1 });
  expect(hanging.totalTime).toMatchObject({ min: 110, max: 110 });
  expect(hanging.ends).toMatchObject({ success: 0, attempts: 1_000 });
  expect(() => simulate({ on: HttpError }, { attemptTime: Infinity })).toThrow(
    new RangeError(
      '`attemptTime` must be finite, because this policy has no `attemptTimeout` or `deadline` that would end such an attempt',
    ),
  );
});

test('a deadline ends calls during an attempt, or before a wait', () => {
  const options = { on: HttpError, waitInitial: 50, waitMax: 50, waitJitter: 0, deadline: 100 };
  const during = simulate(options, { attemptTime: 40 });
  expect(during.totalTime).toMatchObject({ min: 100, max: 100 });
  expect(during.attempts).toMatchObject({ min: 2, max: 2 });
  expect(during.ends).toMatchObject({ deadline: 1_000, timeout: 0, attempts: 0 });
  expect(during.worstCase).toBe(100);
  const before = simulate(options, { attemptTime: 60, failures: 1 });
  expect(before.totalTime).toMatchObject({ min: 60, max: 60 });
  expect(before.ends).toMatchObject({ deadline: 1_000 });
  expect(before.worstCase).toBe(60);
  expect(simulate(options, { attemptTime: 20, failures: 1 }).ends).toMatchObject({ success: 1_000 });
  const hanging = simulate({ ...options, attempts: Infinity, timeout: Infinity }, { attemptTime: Infinity });
  expect([hanging.worstCase, hanging.totalTime.max, hanging.ends.deadline]).toEqual([100, 100, 1_000]);
});

test('a call that never ends takes infinite time', () => {
  const { worstCase, totalTime, attempts, waits, ends, addedLoad } = simulate(ENDLESS, { calls: 5 });
  expect([worstCase, totalTime.min, attempts.min, addedLoad]).toEqual([Infinity, Infinity, Infinity, Infinity]);
  expect(ends).toEqual({ success: 0, unmatched: 0, attempts: 0, deadline: 0, timeout: 0, budget: 0, endless: 5 });
  // The waits after the first attempts are still reported.
  expect(waits.length).toBe(99);
});

test.each<[string, Partial<RetryOptions>, SimulateOptions]>([
  ['a success', {}, { failures: 150 }],
  ['their number of attempts', { attempts: 151 }, {}],
  ['a timeout', { timeout: 150 * 5_000 }, {}],
])('long calls that end with %s are simulated completely', (_, policy, given) => {
  const { worstCase, attempts, ends } = simulate({ ...ENDLESS, ...policy }, { calls: 5, ...given });
  expect(attempts.min).toBeGreaterThanOrEqual(150);
  expect(ends.endless).toBe(0);
  expect(worstCase).toBeGreaterThan(500_000);
  expect(worstCase).toBeLessThanOrEqual(750_000);
});

test('a call with a late unmatched error is not endless', () => {
  const { ends, attempts } = simulate(
    { ...ENDLESS, on: (num) => (num as number) < 100 },
    { calls: 5, error: (num: number) => num },
  );
  expect(ends).toMatchObject({ unmatched: 5, endless: 0 });
  expect(attempts.max).toBe(100);
});

test('too many retries are refused', () => {
  expect(() => simulate({ on: HttpError, attempts: Infinity, waitMax: 0 })).toThrow(
    new RangeError(
      'these calls retry more than 250000 times, and one of them made 250001 attempts; simulate fewer `calls`, set an `attemptTime` so that attempts take time, or set `failures` to the number of attempts that fail',
    ),
  );
});

// If the agenda were a sorted array, this test would exceed its time limit.
test.each<[string, SimulateOptions]>([
  ['one after the other', {}],
  ['at the same time', { attemptTime: 60_000, callsPerSecond: 1_000_000 }],
])('400,000 calls are simulated %s', (_, given) => {
  const { ends } = simulate({ on: HttpError }, { calls: 400_000, failures: 0, ...given });
  expect(ends.success).toBe(400_000);
});

test('attempts follow each other in the order of time', () => {
  const calls = 1_000;
  const waits = Array.from({ length: calls }, (_, index) => (index * 387) % calls);
  // The call with the shortest wait makes its second attempt first. Each second wait ends at 1,000 ms.
  const secondWaits = waits.map((_, index) => 1_000 - index);
  const on = (attempt: unknown) => (attempt === 1 ? waits : secondWaits).shift() ?? false;
  const { totalTime } = simulate(
    { on, attempts: 3 },
    { calls, callsPerSecond: 1_000_000, failures: 2, error: (attempt: number) => attempt },
  );
  expect([totalTime.min, totalTime.max].map(Math.round)).toEqual([1_000, 1_000]);
});

describe('a seed', () => {
  const options = { on: HttpError, budget: retryBudget() };

  test('gives the same results each time', () => {
    expect(simulate(options, { seed: 5 })).toEqual(simulate(options, { seed: 5 }));
    expect(simulate(options)).toEqual(simulate(options, { seed: 1 }));
  });

  test.each([2, -1, 2 ** 32 - 1])('of %s gives other results than the default', (seed) => {
    expect(simulate(options, { seed }).waits).not.toEqual(simulate(options).waits);
  });

  test('replaces Math.random()', () => {
    const random = vi.spyOn(Math, 'random');
    simulate(options);
    expect(random).not.toHaveBeenCalled();
  });
});

describe('a budget', () => {
  test('limits the added load', () => {
    const budget = retryBudget({ ratio: 0.5, reserve: 0, minPerSecond: 0, window: 1e9 });
    const { addedLoad, addedLoadWithoutBudget, ends } = simulate({ on: HttpError, budget }, { calls: 100 });
    expect([addedLoad, addedLoadWithoutBudget]).toEqual([0.5, 9]);
    expect(ends).toMatchObject({ budget: 100, attempts: 0 });
  });

  test('is refilled by new calls', () => {
    const budget = retryBudget({ ratio: 0, reserve: 20, minPerSecond: 2 });
    const loadAt = (callsPerSecond?: number) => simulate({ on: HttpError, budget }, { callsPerSecond }).addedLoad;
    // The budget allows 20 retries, and two more per second. By default, 1 000 calls begin within 100 s, and the last
    // ones still take some time until they give up.
    expect(Math.abs(loadAt() - 0.22)).toBeLessThan(0.01);
    expect(loadAt(10)).toBe(loadAt());
    expect(Math.abs(loadAt(100) - 0.04)).toBeLessThan(0.01);
  });

  test('of the policy is not charged', () => {
    const budget = retryBudget();
    const before = budget.balance;
    simulate({ on: HttpError, budget });
    expect(budget.balance).toBe(before);
  });

  test('ends a call that nothing else ends', () => {
    const budget = retryBudget({ ratio: 1, reserve: 0, minPerSecond: 0, window: 1e9 });
    const { ends, addedLoad, addedLoadWithoutBudget, worstCase } = simulate({ ...ENDLESS, budget }, { calls: 10 });
    expect(ends).toMatchObject({ budget: 10, endless: 0 });
    expect([addedLoad, addedLoadWithoutBudget, worstCase]).toEqual([1, Infinity, Infinity]);
  });
});

/** Returns the numbers of the failing attempts in the order in which they fail. */
function orderOfFailures(wait: number): number[] {
  const failed: number[] = [];
  const on = (num: unknown) => {
    failed.push(num as number);
    return wait;
  };
  simulate({ on, attempts: 3 }, { calls: 3, callsPerSecond: 1, error: (num: number) => num });
  // The later calls of `on` belong to the worst case.
  return failed.slice(0, 9);
}

test('calls are simulated in the order of time', () => {
  expect(orderOfFailures(1_500)).toEqual([1, 1, 2, 1, 2, 3, 2, 3, 3]);
  expect(orderOfFailures(1_000)).toEqual([1, 2, 1, 3, 2, 1, 3, 2, 3]);
});

type Case = [title: string, policy: Partial<RetryOptions>, given: SimulateOptions, ms: number];

const worstCases: Case[] = [
  ['the default policy', {}, {}, 27_300],
  ['few attempts', { attempts: 3 }, {}, 2_300],
  ['one attempt', { attempts: 1 }, {}, 0],
  ['few failures', {}, { failures: 2 }, 2_300],
  ['no limit but the timeout', { attempts: Infinity }, {}, 45_000],
  ['a timeout within a wait', { timeout: 250 }, {}, 250],
  ['a timeout before any wait', { timeout: { milliseconds: 99 } }, {}, 0],
  ['a timeout that the shortest waits just reach', { timeout: 300, attempts: 3 }, {}, 300],
  ['a timeout that ends before a long wait', { timeout: 1_000, on: () => 600 }, { error: 1 }, 600],
  ['a wait as long as the timeout', { timeout: 1_000, on: () => 1_000 }, { error: 1 }, 1_000],
  ['exact waits', { attempts: 3, on: () => 2_000 }, { error: 1 }, 4_000],
  [
    'waits that depend on the error',
    { attempts: 4, on: (error) => error as number },
    { error: (num: number) => num * 1_000 },
    6_000,
  ],
  ['least waits', { on: () => ({ atLeast: { seconds: 20 } }) }, { error: 1 }, 42_000],
  ['no waits', { attempts: Infinity, waitMax: 0 }, { failures: 20 }, 0],
  ['an unmatched error without a timeout', { timeout: Infinity }, { error: 1 }, 0],
  ['an explicit total outage', {}, { failures: Infinity }, 27_300],
  ['slow attempts', { attempts: 3 }, { attemptTime: 1_000 }, 5_300],
  ['slow attempts that then succeed', {}, { failures: 1, attemptTime: 1_000 }, 3_100],
  ['slow attempts with a timeout', { timeout: 2_500 }, { attemptTime: 1_000 }, 3_500],
  ['an attempt timeout', { attempts: 3, attemptTimeout: 5_000 }, {}, 17_300],
  ['an attempt timeout with few failures', { attemptTimeout: 5_000 }, { failures: 1 }, 11_100],
  ['an attempt timeout that none reaches', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 1_000 }, 5_300],
  ['an attempt timeout that all reach', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 9_000 }, 17_300],
  ['attempts that hang', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: Infinity, failures: 0 }, 17_300],
  ['attempts that hang, with a timeout', { attemptTimeout: 5_000, timeout: 5_099 }, { attemptTime: Infinity }, 5_000],
  ['attempts that may hang, with a timeout', { attemptTimeout: 5_000, timeout: { milliseconds: 99 } }, {}, 5_000],
  ['attempts that may hang or fail for good', { attempts: 3, attemptTimeout: 5_000 }, { error: 1 }, 17_300],
  [
    'attempts that may hang or wait long',
    { attempts: 3, attemptTimeout: 1_000, on: () => 8_000 },
    { error: 1 },
    19_000,
  ],
  ['attempts that may hang or wait briefly', { attempts: 3, attemptTimeout: 1_000, on: () => 5 }, { error: 1 }, 5_300],
  [
    'attempts that may hang, with a short timeout',
    { attemptTimeout: 1_000, timeout: { milliseconds: 10 }, on: () => 5 },
    { error: 1 },
    1_010,
  ],
];

describe('the worst case', () => {
  test.each(worstCases)('of %s', (_, policy, given, ms) => {
    const { worstCase, totalTime } = simulate({ on: HttpError, ...policy }, { calls: 20, ...given });
    expect(worstCase).toBe(ms);
    expect(totalTime.max).toBeLessThanOrEqual(ms);
  });

  test('is the total time without random waits', () => {
    const { worstCase, totalTime } = simulate({ on: () => 1_500, attempts: 4 }, { error: 1, attemptTime: 70 });
    expect(worstCase).toBe(4 * 70 + 3 * 1_500);
    expect(totalTime).toMatchObject({ min: worstCase, max: worstCase });
  });

  test('of many attempts without waits is limited by the timeout', () => {
    const { worstCase, attempts, ends } = simulate(
      { on: HttpError, attempts: Infinity, waitMax: 0 },
      { attemptTime: 100, calls: 10 },
    );
    expect(worstCase).toBe(45_100);
    expect(attempts).toMatchObject({ min: 451, max: 451 });
    expect(ends.timeout).toBe(10);
  });
});

test('very many attempts are assumed to last until the timeout', () => {
  const options = { on: HttpError, attempts: Infinity, waitMax: 0 };
  const { worstCase, attempts } = simulate(options, { attemptTime: 0.3, calls: 1 });
  expect(worstCase).toBe(45_000.3);
  expect(attempts.max).toBeGreaterThan(100_000);
});
