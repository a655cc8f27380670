import { type RetryAnswer, type RetryOptions, retry, retryContext, setActive, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { simulate } from '@stamina/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tolerateWarning } from '../../../../scripts/vitest/setup.ts';

// Random policies may have a short timeout.
tolerateWarning('Did you mean seconds?');

class HttpError extends Error {}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('calls of the default policy make ten attempts', () => {
  const { attempts, waits, ends, addedLoad } = simulate({ on: HttpError });
  expect(attempts).toEqual({ min: 10, mean: 10, p50: 10, p90: 10, p99: 10, max: 10 });
  expect(waits.map(({ retryNum, calls }) => [retryNum, calls])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((num) => [num, 1_000]),
  );
  expect(ends).toEqual({ success: 0, unmatched: 0, attempts: 1_000, deadline: 0, timeout: 0, budget: 0, endless: 0 });
  expect(addedLoad).toBe(9);
});

test('a call succeeds after its failures', () => {
  const { attempts, waits, ends, addedLoad } = simulate({ on: HttpError }, { failures: 2, calls: 50 });
  expect(attempts).toMatchObject({ min: 3, max: 3 });
  expect(waits.map(({ calls }) => calls)).toEqual([50, 50]);
  expect(ends).toMatchObject({ success: 50, attempts: 0 });
  expect(addedLoad).toBe(2);
});

test('a call without failures is not retried', () => {
  expect(simulate({ on: HttpError }, { failures: 0 })).toMatchObject({
    worstCase: 0,
    totalTime: { max: 0 },
    attempts: { max: 1 },
    waits: [],
    addedLoad: 0,
  });
});

test('some calls give up earlier than others', () => {
  const { attempts, waits, ends } = simulate({ on: HttpError, timeout: 1_000 });
  expect(attempts).toMatchObject({ min: 1, max: 4 });
  expect(ends).toMatchObject({ timeout: 1_000, attempts: 0 });
  const calls = waits.map((wait) => wait.calls);
  expect(calls).toEqual([...calls].sort((a, b) => b - a));
  expect(calls[0]).toBeLessThan(1_000);
});

describe('the error', () => {
  test.each<[string, unknown, number[]]>([
    ['is a value', 5, [5, 5]],
    ['is the result of a function', (num: number) => num * 100, [100, 200]],
    ['is a new instance of a class', HttpError, [7, 7]],
  ])('%s', (_, error, waits) => {
    const on = (given: unknown) => (given instanceof HttpError ? 7 : (given as number));
    expect(simulate({ on, attempts: 3 }, { error }).waits.map(({ max }) => max)).toEqual(waits);
  });

  test('may not match `on`', () => {
    const simulation = simulate({ on: HttpError }, { error: new Error('another') });
    expect(simulation).toMatchObject({ worstCase: 0, attempts: { max: 1 }, ends: { unmatched: 1_000 } });
  });

  test('is required by a predicate', () => {
    const needed = new TypeError('`error` must be given: `on` has a predicate, and its answer depends on the error');
    expect(() => simulate({ on: () => true })).toThrow(needed);
    expect(() => simulate({ on: () => true }, { error: undefined })).toThrow(needed);
  });

  test('is not simulated for an asynchronous predicate', () => {
    expect(() => simulate({ on: async () => true }, { error: 1 })).toThrow('`on` must answer at once to be simulated');
  });
});

test('policies of all functions can be simulated', () => {
  const options: RetryOptions = { on: HttpError, attempts: 4 };
  const wanted = simulate(options);
  for (const make of [retry, retryContext, retrySync, retryContextSync])
    expect(simulate(make(options))).toEqual(wanted);
});

test('a simulation calls no hooks and sets no timers', () => {
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

describe('any simulation', () => {
  const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

  const plans = fc.record({
    policy: fc.record(
      {
        attempts: fc.integer({ min: 1, max: 20 }),
        timeout: fc.integer({ min: 1, max: 60_000 }),
        waitInitial: ms(2_000),
        waitMax: ms(10_000),
        waitJitter: ms(5_000),
        waitExpBase: fc.double({ min: 1, max: 5, noNaN: true }),
        attemptTimeout: fc.integer({ min: 1, max: 10_000 }),
      },
      { requiredKeys: [] },
    ),
    answer: fc.oneof(
      { weight: 4, arbitrary: fc.constant<RetryAnswer>(true) },
      { weight: 1, arbitrary: fc.constant<RetryAnswer>(false) },
      { weight: 2, arbitrary: ms(20_000) },
      { weight: 2, arbitrary: fc.record({ atLeast: ms(20_000) }) },
    ),
    given: fc.record(
      {
        failures: ms(10),
        attemptTime: ms(10_000),
        seed: fc.integer(),
        callsPerSecond: fc.integer({ min: 1, max: 100 }),
      },
      { requiredKeys: [] },
    ),
  });

  test('no call exceeds its limits', () => {
    fc.assert(
      fc.property(plans, ({ policy, answer, given }) => {
        const simulation = simulate({ ...policy, on: () => answer }, { ...given, error: 1, calls: 50 });
        const { worstCase, totalTime, attempts, waits, ends, addedLoad } = simulation;
        const { attemptTimeout = Infinity, timeout = 45_000 } = policy;
        // The tolerance is for rounding errors in sums.
        expect(totalTime.max).toBeLessThanOrEqual(worstCase + 1e-6);
        const longest = Math.min(given.attemptTime ?? attemptTimeout, attemptTimeout);
        if (longest < Infinity) expect(worstCase).toBeLessThanOrEqual(timeout + longest);
        expect(attempts.max).toBeLessThanOrEqual(policy.attempts ?? 10);
        expect(Object.values(ends).reduce((sum, calls) => sum + calls)).toBe(50);
        expect(addedLoad).toBeCloseTo(attempts.mean - 1, 9);
        expect(waits.reduce((sum, { calls }) => sum + calls, 0)).toBe(Math.round(addedLoad * 50));
      }),
    );
  });

  test('calls without random waits take the worst case', () => {
    fc.assert(
      fc.property(plans, ({ policy, answer, given }) => {
        const { totalTime, worstCase } = simulate(
          { ...policy, waitJitter: 0, on: () => answer },
          { attemptTime: 0, ...given, error: 1, calls: 1 },
        );
        expect(totalTime.max).toBeCloseTo(worstCase, 6);
      }),
    );
  });
});

describe('the distribution', () => {
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
});

const POLICY = '`policy` must be retry options, or a policy from retry() or retryContext(), got';
const WRAPPED = 'a wrapped function does not show its policy, so keep the policy in a constant';

const refused: [given: unknown[], error: typeof TypeError | typeof RangeError, message: string][] = [
  [[], TypeError, `${POLICY} undefined; ${WRAPPED}`],
  [[null], TypeError, `${POLICY} null; ${WRAPPED}`],
  [[5], TypeError, `${POLICY} 5; ${WRAPPED}`],
  [[[HttpError]], TypeError, `${POLICY} an array of 1; ${WRAPPED}`],
  [[retry({ on: Error })(async function load() {})], TypeError, `${POLICY} function load; ${WRAPPED}`],
  [[{ attempts: 3 }], TypeError, '`on` must be'],
  [[{ on: HttpError, attempts: 0 }], RangeError, '`attempts` must be an integer of at least 1'],
  [
    [{ on: HttpError }, 5],
    TypeError,
    '`options of simulate` must be an object, got 5; write simulate(policy, { failures: 3 })',
  ],
  [
    [{ on: HttpError }, { call: 3 }],
    TypeError,
    '`call` is not known in options of simulate; did you mean `calls`? Allowed are failures, calls, seed, error, attemptTime, callsPerSecond',
  ],
  [
    [{ on: HttpError }, { failures: -1 }],
    RangeError,
    '`failures` must be an integer of at least 0, or Infinity, got -1',
  ],
  [
    [{ on: HttpError }, { failures: 0.5 }],
    RangeError,
    '`failures` must be an integer of at least 0, or Infinity, got 0.5',
  ],
  [[{ on: HttpError }, { calls: 0 }], RangeError, '`calls` must be an integer from 1 to 1000000, got 0'],
  [[{ on: HttpError }, { calls: 1e7 }], RangeError, '`calls` must be an integer from 1 to 1000000, got 10000000'],
  [[{ on: HttpError }, { seed: 0.5 }], RangeError, '`seed` must be an integer from -2147483648 to 4294967295, got 0.5'],
  [[{ on: HttpError }, { seed: 'a' }], TypeError, '`seed` must be an integer from -2147483648 to 4294967295, got "a"'],
  [
    [{ on: HttpError }, { attemptTime: -1 }],
    RangeError,
    '`attemptTime` must be a number of milliseconds of at least 0, got -1',
  ],
  [
    [{ on: HttpError }, { callsPerSecond: 0 }],
    RangeError,
    '`callsPerSecond` must be a number from 0.001 to 1000000, got 0',
  ],
];

test.each(refused)('%o is refused', (given, error, message) => {
  const call = () => (simulate as (...given: unknown[]) => unknown)(...given);
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});

test('times and rates may have fractions', () => {
  expect(simulate({ on: HttpError, attempts: 1 }, { attemptTime: 0.5, callsPerSecond: 0.5 }).worstCase).toBe(0.5);
});
