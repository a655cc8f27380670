import { type RetryOptions, retry, retryContext, setActive, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { simulate } from '@stamina/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

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
  expect(ends).toEqual({ success: 0, unmatched: 0, attempts: 1_000, timeout: 0, budget: 0, endless: 0 });
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
