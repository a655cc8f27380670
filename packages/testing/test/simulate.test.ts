import { type RetryOptions, retry, retryBudget, retryContext, setActive, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { type SimulateOptions, simulate } from '@stamina/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

class HttpError extends Error {}

const ENDLESS = { on: HttpError, attempts: Infinity, timeout: Infinity, signal: new AbortController().signal };

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('in a total outage every call of the default policy makes ten attempts, and nine waits', () => {
  const { attempts, waits, ends, addedLoad } = simulate({ on: HttpError });
  expect(attempts).toEqual({ min: 10, mean: 10, p50: 10, p90: 10, p99: 10, max: 10 });
  expect(waits.map(({ retryNum, calls }) => [retryNum, calls])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((num) => [num, 1_000]),
  );
  expect(ends).toEqual({ success: 0, unmatched: 0, attempts: 1_000, timeout: 0, budget: 0, endless: 0 });
  expect(addedLoad).toBe(9);
});

test('waits are drawn evenly from their range', () => {
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

test('a distribution has the mean, and the smallest values that so many percent do not exceed', () => {
  let wait = 1_010;
  const { waits, totalTime } = simulate(
    { on: (error) => error as number },
    { calls: 100, failures: 1, error: () => (wait -= 10) },
  );
  expect(waits).toEqual([{ retryNum: 1, calls: 100, min: 10, mean: 505, p50: 500, p90: 900, p99: 990, max: 1_000 }]);
  expect(totalTime).toMatchObject({ min: 10, max: 1_000 });
});

test('a call succeeds once so many attempts have failed', () => {
  const { attempts, waits, ends, addedLoad } = simulate({ on: HttpError }, { failures: 2, calls: 50 });
  expect(attempts).toMatchObject({ min: 3, max: 3 });
  expect(waits.map(({ calls }) => calls)).toEqual([50, 50]);
  expect(ends).toMatchObject({ success: 50, attempts: 0 });
  expect(addedLoad).toBe(2);
});

test('without failures nothing is retried', () => {
  expect(simulate({ on: HttpError }, { failures: 0 })).toMatchObject({
    worstCase: 0,
    totalTime: { max: 0 },
    attempts: { max: 1 },
    waits: [],
    addedLoad: 0,
  });
});

test('some calls may give up earlier than others', () => {
  const { attempts, waits, ends } = simulate({ on: HttpError, timeout: 1_000 });
  expect(attempts).toMatchObject({ min: 1, max: 4 });
  expect(ends).toMatchObject({ timeout: 1_000, attempts: 0 });
  const calls = waits.map((wait) => wait.calls);
  expect(calls).toEqual([...calls].sort((a, b) => b - a));
  expect(calls[0]).toBeLessThan(1_000);
});

describe('what attempts fail with', () => {
  test.each<[string, unknown, number[]]>([
    ['is a value', 5, [5, 5]],
    ['is what a function of the number of the attempt returns', (num: number) => num * 100, [100, 200]],
    ['is a new instance of a class', HttpError, [7, 7]],
  ])('%s', (_, error, waits) => {
    const on = (given: unknown) => (given instanceof HttpError ? 7 : (given as number));
    expect(simulate({ on, attempts: 3 }, { error }).waits.map(({ max }) => max)).toEqual(waits);
  });

  test('may be what `on` lets through', () => {
    const simulation = simulate({ on: HttpError }, { error: new Error('another') });
    expect(simulation).toMatchObject({ worstCase: 0, attempts: { max: 1 }, ends: { unmatched: 1_000 } });
  });

  test('must be told to a hook', () => {
    const needed = new TypeError('`error` must be given: `on` has a hook, and what that answers depends on the error');
    expect(() => simulate({ on: () => true })).toThrow(needed);
    expect(() => simulate({ on: () => true }, { error: undefined })).toThrow(needed);
  });

  test('must not be judged by a promise', () => {
    expect(() => simulate({ on: async () => true }, { error: 1 })).toThrow('`on` must answer at once to be simulated');
  });
});

type Case = [title: string, policy: Partial<RetryOptions>, given: SimulateOptions, ms: number];

const worstCases: Case[] = [
  ['the default policy', {}, {}, 27_300],
  ['few attempts', { attempts: 3 }, {}, 2_300],
  ['one attempt', { attempts: 1 }, {}, 0],
  ['few failures', {}, { failures: 2 }, 2_300],
  ['no limit but the timeout', { attempts: Infinity }, {}, 45_000],
  ['a timeout within a wait', { timeout: 250 }, {}, 250],
  ['a timeout before any wait', { timeout: 99 }, {}, 0],
  ['a timeout that the shortest waits just reach', { timeout: 300, attempts: 3 }, {}, 300],
  ['a timeout past a wait that is too long to begin', { timeout: 1_000, on: () => 600 }, { error: 1 }, 600],
  ['a wait as long as the timeout', { timeout: 1_000, on: () => 1_000 }, { error: 1 }, 1_000],
  ['exact waits', { attempts: 3, on: () => 2_000 }, { error: 1 }, 4_000],
  ['waits by error', { attempts: 4, on: (error) => error as number }, { error: (num: number) => num * 1_000 }, 6_000],
  ['floors under waits', { on: () => ({ atLeast: { seconds: 20 } }) }, { error: 1 }, 42_000],
  ['no waits', { attempts: Infinity, waitMax: 0 }, { failures: 20 }, 0],
  ['what is let through, without a timeout', { timeout: Infinity }, { error: 1 }, 0],
  ['a total outage, as is said', {}, { failures: Infinity }, 27_300],
  ['what takes its time', { attempts: 3 }, { attemptTime: 1_000 }, 5_300],
  ['what takes its time, and then succeeds', {}, { failures: 1, attemptTime: 1_000 }, 3_100],
  ['what takes its time, and a timeout', { timeout: 2_500 }, { attemptTime: 1_000 }, 3_500],
  ['a limit for each attempt', { attempts: 3, attemptTimeout: 5_000 }, {}, 17_300],
  ['a limit for each attempt, and few failures', { attemptTimeout: 5_000 }, { failures: 1 }, 11_100],
  ['a limit for each attempt that none reaches', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 1_000 }, 5_300],
  ['a limit for each attempt that all reach', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: 9_000 }, 17_300],
  ['attempts that hang', { attempts: 3, attemptTimeout: 5_000 }, { attemptTime: Infinity, failures: 0 }, 17_300],
  ['attempts that hang, and a timeout', { attemptTimeout: 5_000, timeout: 5_099 }, { attemptTime: Infinity }, 5_000],
  ['attempts that may hang, and a timeout', { attemptTimeout: 5_000, timeout: 99 }, {}, 5_000],
  ['what may hang, or else fail for good', { attempts: 3, attemptTimeout: 5_000 }, { error: 1 }, 17_300],
  ['what may hang, or else wait long', { attempts: 3, attemptTimeout: 1_000, on: () => 8_000 }, { error: 1 }, 19_000],
  ['what may hang, or else wait briefly', { attempts: 3, attemptTimeout: 1_000, on: () => 5 }, { error: 1 }, 5_300],
  ['what may hang, and few attempts fit', { attemptTimeout: 1_000, timeout: 10, on: () => 5 }, { error: 1 }, 1_010],
];

describe('the worst case', () => {
  test.each(worstCases)('of %s', (_, policy, given, ms) => {
    const { worstCase, totalTime } = simulate({ on: HttpError, ...policy }, { calls: 20, ...given });
    expect(worstCase).toBe(ms);
    expect(totalTime.max).toBeLessThanOrEqual(ms);
  });

  test('is what calls reach where nothing is left to chance', () => {
    const { worstCase, totalTime } = simulate({ on: () => 1_500, attempts: 4 }, { error: 1, attemptTime: 70 });
    expect(worstCase).toBe(4 * 70 + 3 * 1_500);
    expect(totalTime).toMatchObject({ min: worstCase, max: worstCase });
  });

  test('of many attempts without waits is bounded by the timeout', () => {
    const { worstCase, attempts, ends } = simulate(
      { on: HttpError, attempts: Infinity, waitMax: 0 },
      { attemptTime: 100, calls: 10 },
    );
    expect(worstCase).toBe(45_100);
    expect(attempts).toMatchObject({ min: 451, max: 451 });
    expect(ends.timeout).toBe(10);
  });
});

test('more attempts than are counted are taken to last until the timeout', () => {
  const options = { on: HttpError, attempts: Infinity, waitMax: 0 };
  const { worstCase, attempts } = simulate(options, { attemptTime: 0.3, calls: 1 });
  expect(worstCase).toBe(45_000.3);
  expect(attempts.max).toBeGreaterThan(100_000);
});

test('attempts take the time that is told, and no longer than their limit', () => {
  const options = { on: HttpError, attempts: 2, waitInitial: 50, waitMax: 50, waitJitter: 0, attemptTimeout: 30 };
  expect(simulate(options, { attemptTime: 10 }).totalTime).toMatchObject({ min: 70, max: 70 });
  expect(simulate(options, { attemptTime: 10, failures: 1 }).totalTime).toMatchObject({ min: 70, max: 70 });
  const hanging = simulate(options, { attemptTime: 30, failures: 1 });
  expect(hanging.totalTime).toMatchObject({ min: 110, max: 110 });
  expect(hanging.ends).toMatchObject({ success: 0, attempts: 1_000 });
  expect(() => simulate({ on: HttpError }, { attemptTime: Infinity })).toThrow(
    new RangeError(
      '`options.attemptTime` must be finite: this policy has no `attemptTimeout`, which would end such an attempt',
    ),
  );
});

test('what never ends counts as infinite', () => {
  const { worstCase, totalTime, attempts, waits, ends, addedLoad } = simulate(ENDLESS, { calls: 5 });
  expect([worstCase, totalTime.min, attempts.min, addedLoad]).toEqual([Infinity, Infinity, Infinity, Infinity]);
  expect(ends).toEqual({ success: 0, unmatched: 0, attempts: 0, timeout: 0, budget: 0, endless: 5 });
  // The beginning is told all the same.
  expect(waits.length).toBe(99);
});

test.each<[string, Partial<RetryOptions>, SimulateOptions]>([
  ['failures', {}, { failures: 150 }],
  ['attempts', { attempts: 151 }, {}],
  ['a timeout', { timeout: 150 * 5_000 }, {}],
])('long calls that %s end are told to their end', (_, policy, given) => {
  const { worstCase, attempts, ends } = simulate({ ...ENDLESS, ...policy }, { calls: 5, ...given });
  expect(attempts.min).toBeGreaterThanOrEqual(150);
  expect(ends.endless).toBe(0);
  expect(worstCase).toBeGreaterThan(500_000);
  expect(worstCase).toBeLessThanOrEqual(750_000);
});

test('a call that is let through late is not endless', () => {
  const { ends, attempts } = simulate(
    { ...ENDLESS, on: (num) => (num as number) < 100 },
    { calls: 5, error: (num: number) => num },
  );
  expect(ends).toMatchObject({ unmatched: 5, endless: 0 });
  expect(attempts.max).toBe(100);
});

test('what retries too often to be simulated is refused', () => {
  expect(() => simulate({ on: HttpError, attempts: Infinity, waitMax: 0 })).toThrow(
    new RangeError(
      'these calls retry more than 250000 times, one of them after 250001 attempts; simulate fewer `calls`, let attempts take time with `attemptTime`, or say with `failures` how many of them fail',
    ),
  );
});

describe('a seed', () => {
  const options = { on: HttpError, budget: retryBudget() };

  test('brings the same results each time', () => {
    expect(simulate(options, { seed: 5 })).toEqual(simulate(options, { seed: 5 }));
    expect(simulate(options)).toEqual(simulate(options, { seed: 1 }));
  });

  test.each([2, -1, 2 ** 32 - 1])('of %s brings others than the default', (seed) => {
    expect(simulate(options, { seed }).waits).not.toEqual(simulate(options).waits);
  });

  test('is all that chance depends on', () => {
    const random = vi.spyOn(Math, 'random');
    simulate(options);
    expect(random).not.toHaveBeenCalled();
  });
});

describe('a budget', () => {
  test('limits what an outage adds, and what it would add without is told too', () => {
    const budget = retryBudget({ ratio: 0.5, minPerSecond: 0, window: 1e9 });
    const { addedLoad, addedLoadWithoutBudget, ends } = simulate({ on: HttpError, budget }, { calls: 100 });
    expect([addedLoad, addedLoadWithoutBudget]).toEqual([0.5, 9]);
    expect(ends).toMatchObject({ budget: 100, attempts: 0 });
  });

  test('is refilled as calls come', () => {
    const budget = retryBudget({ ratio: 0, minPerSecond: 2, window: 10_000 });
    const loadAt = (callsPerSecond?: number) => simulate({ on: HttpError, budget }, { callsPerSecond }).addedLoad;
    // A reserve of 20, and two a second: over 100 s by default, and until the last call has given up.
    expect(Math.abs(loadAt() - 0.22)).toBeLessThan(0.01);
    expect(loadAt(10)).toBe(loadAt());
    expect(Math.abs(loadAt(100) - 0.04)).toBeLessThan(0.01);
  });

  test('that is real is left alone', () => {
    const budget = retryBudget();
    const before = budget.balance;
    simulate({ on: HttpError, budget });
    expect(budget.balance).toBe(before);
  });

  test('ends a call that nothing else ends', () => {
    const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 1e9 });
    const { ends, addedLoad, addedLoadWithoutBudget, worstCase } = simulate({ ...ENDLESS, budget }, { calls: 10 });
    expect(ends).toMatchObject({ budget: 10, endless: 0 });
    expect([addedLoad, addedLoadWithoutBudget, worstCase]).toEqual([1, Infinity, Infinity]);
  });
});

/** The numbers of the attempts that fail, in the order in which they do. */
function order(wait: number): number[] {
  const failed: number[] = [];
  const on = (num: unknown) => {
    failed.push(num as number);
    return wait;
  };
  simulate({ on, attempts: 3 }, { calls: 3, callsPerSecond: 1, error: (num: number) => num });
  // Then the worst case is found out.
  return failed.slice(0, 9);
}

test('calls are told their decisions in the order of time', () => {
  expect(order(1_500)).toEqual([1, 1, 2, 1, 2, 3, 2, 3, 3]);
  expect(order(1_000)).toEqual([1, 2, 1, 3, 2, 1, 3, 2, 3]);
});

test('what `retry` and its siblings return may be simulated', () => {
  const options: RetryOptions = { on: HttpError, attempts: 4 };
  const wanted = simulate(options);
  for (const make of [retry, retryContext, retrySync, retryContextSync])
    expect(simulate(make(options))).toEqual(wanted);
});

test('nothing runs, waits or is told, and test mode makes no difference', () => {
  const listener = vi.fn();
  const options = { on: HttpError, onRetry: listener, onGiveUp: listener, onRecover: listener };
  const wanted = simulate(options);
  vi.useFakeTimers();
  using _ = setTesting(true);
  using __ = setActive(false);
  expect(simulate({ ...options, signal: AbortSignal.abort() })).toEqual(wanted);
  expect(vi.getTimerCount()).toBe(0);
  expect(listener).not.toHaveBeenCalled();
});

const POLICY = '`policy` must be retry options, or what retry() or retryContext() made of them, got';
const WRAPPED = 'a function that was wrapped does not show its policy: keep that in a constant';

const refused: [given: unknown[], error: typeof TypeError | typeof RangeError, message: string][] = [
  [[], TypeError, `${POLICY} undefined; ${WRAPPED}`],
  [[null], TypeError, `${POLICY} null; ${WRAPPED}`],
  [[5], TypeError, `${POLICY} 5; ${WRAPPED}`],
  [[[HttpError]], TypeError, `${POLICY} [ [class HttpError extends Error] ]; ${WRAPPED}`],
  [[retry({ on: Error })(async function load() {})], TypeError, `${POLICY} [Function: load]; ${WRAPPED}`],
  [[{ attempts: 3 }], TypeError, '`on` must be'],
  [[{ on: HttpError, attempts: 0 }], RangeError, '`attempts` must be an integer of at least 1'],
  [[{ on: HttpError }, 5], TypeError, '`options` must be an object, got 5; write simulate(policy, { failures: 3 })'],
  [
    [{ on: HttpError }, { call: 3 }],
    TypeError,
    '`options.call` is not known; use any of failures, calls, seed, error, attemptTime, callsPerSecond',
  ],
  [
    [{ on: HttpError }, { failures: -1 }],
    RangeError,
    '`options.failures` must be an integer from 0 to Infinity, got -1',
  ],
  [
    [{ on: HttpError }, { failures: 0.5 }],
    RangeError,
    '`options.failures` must be an integer from 0 to Infinity, got 0.5',
  ],
  [[{ on: HttpError }, { calls: 0 }], RangeError, '`options.calls` must be an integer from 1 to 1000000, got 0'],
  [
    [{ on: HttpError }, { calls: 1e7 }],
    RangeError,
    '`options.calls` must be an integer from 1 to 1000000, got 10000000',
  ],
  [
    [{ on: HttpError }, { seed: 0.5 }],
    RangeError,
    '`options.seed` must be an integer from -2147483648 to 4294967295, got 0.5',
  ],
  [
    [{ on: HttpError }, { seed: 'a' }],
    TypeError,
    "`options.seed` must be an integer from -2147483648 to 4294967295, got 'a'",
  ],
  [
    [{ on: HttpError }, { attemptTime: -1 }],
    RangeError,
    '`options.attemptTime` must be milliseconds from 0 to Infinity, got -1',
  ],
  [
    [{ on: HttpError }, { callsPerSecond: 0 }],
    RangeError,
    '`options.callsPerSecond` must be a number from 0.001 to 1000000, got 0',
  ],
];

test.each(refused)('%o is refused', (given, error, message) => {
  const call = () => (simulate as (...given: unknown[]) => unknown)(...given);
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});

test('numbers may have fractions where they measure', () => {
  expect(simulate({ on: HttpError, attempts: 1 }, { attemptTime: 0.5, callsPerSecond: 0.5 }).worstCase).toBe(0.5);
});
