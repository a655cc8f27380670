import { type RetryAnswer, type RetryOptions, retryBudget, setActive, setTesting } from '@stamina/core';
import { type RetrySimulation, retrySimulation, type SimulatedWorld } from '@stamina/core/simulation';
import { expect, test, vi } from 'vitest';
import { POLICIES } from './support/surfaces.ts';

class HttpError extends Error {}

const STILL: SimulatedWorld = { now: () => 0, random: () => 0.5 };

/** Simulates a policy. Time stands still, and every draw is 0.5. */
const simulate = (options: Partial<RetryOptions> = {}, world: Partial<SimulatedWorld> = {}): RetrySimulation =>
  retrySimulation({ on: HttpError, ...options }, { ...STILL, ...world });

test('a simulated call gets its waits, and then the reason', () => {
  const call = simulate({ attempts: 4 }).begin();
  expect([call.fail(), call.fail(), call.fail(), call.fail()]).toEqual([600, 700, 900, 'attempts']);
});

test('draws come from the simulated world', () => {
  const draws = [0, 0.25, 0.75];
  const call = simulate({}, { random: () => draws.shift() as number }).begin();
  expect([call.fail(), call.fail(), call.fail()]).toEqual([100, 450, 1_150]);
});

test('time comes from the simulated world', () => {
  let now = 7_000;
  const policy = simulate({ timeout: 1_000 }, { now: () => now });
  const first = policy.begin();
  now += 400;
  const second = policy.begin();
  expect(first.fail()).toBe(600);
  now += 1;
  expect(first.fail()).toBe('timeout');
  expect(second.fail()).toBe(600);
});

test('each call has its own attempts', () => {
  const policy = simulate({ attempts: 2 });
  const [first, second] = [policy.begin(), policy.begin()];
  expect([first.fail(), second.fail(), first.fail(), second.fail()]).toEqual([600, 600, 'attempts', 'attempts']);
});

test('`on` is called with the given error', () => {
  const call = simulate({ on: [HttpError, (error) => (error === 'soon' ? 5 : { atLeast: 7_000 })] }).begin();
  expect(call.fail({ error: new HttpError() })).toBe(600);
  expect(call.fail({ error: 'soon' })).toBe(5);
  expect(call.fail({ error: undefined })).toBe(7_500);
  expect(
    simulate()
      .begin()
      .fail({ error: new Error('another') }),
  ).toBe('unmatched');
});

test('a timed-out attempt is retried without calling `on`', () => {
  const call = simulate({ on: () => false, attemptTimeout: 5 }).begin();
  expect(call.fail({ timedOut: true })).toBe(600);
  expect(call.fail({ timedOut: false, error: 'another' })).toBe('unmatched');
});

test('only classes match a failure without an error', () => {
  expect(
    simulate({ on: [HttpError, TypeError] })
      .begin()
      .fail({}),
  ).toBe(600);
  const message = '`error` must be given: `on` has a predicate, and its answer depends on the error';
  expect(() =>
    simulate({ on: () => true })
      .begin()
      .fail(),
  ).toThrow(new TypeError(message));
  expect(() =>
    simulate({ on: [HttpError, () => true] })
      .begin()
      .fail({ timedOut: false }),
  ).toThrow(message);
});

test('a predicate that returns a promise is refused', async () => {
  const on = (): Promise<RetryAnswer> => Promise.reject(new Error('no answer'));
  const failure = { error: new HttpError() };
  const thrown = caught(() => simulate({ on }).begin().fail(failure)) as TypeError;
  expect(thrown).toEqual(new TypeError('`on` must answer at once to be simulated, got a promise'));
  expect(thrown.cause).toBe(failure.error);
  await new Promise((resolve) => setImmediate(resolve));
});

test('an error of the predicate is thrown', () => {
  const on = (): never => {
    throw new RangeError('no idea');
  };
  expect(() => simulate({ on }).begin().fail({ error: 1 })).toThrow('no idea');
});

test('limits are numbers of milliseconds', () => {
  const { attempts, timeout, attemptTimeout } = simulate({ timeout: { minutes: 1 }, attemptTimeout: { seconds: 5 } });
  expect([attempts, timeout, attemptTimeout]).toEqual([10, 60_000, 5_000]);
  expect(simulate().attemptTimeout).toBe(Infinity);
});

test('a simulation uses an unused copy of the budget', () => {
  let now = 0;
  const budget = retryBudget({ ratio: 0.5, minPerSecond: 0.5, window: { seconds: 4 } });
  while (budget.withdraw());
  const policy = simulate({ budget, timeout: Infinity }, { now: () => now });
  const outcomes = (): unknown[] => Array.from({ length: 3 }, () => policy.begin().fail());
  // The reserve is 2, and each call adds half a retry.
  expect(outcomes()).toEqual([600, 600, 600]);
  expect(outcomes()).toEqual([600, 'budget', 600]);
  now += 2_000;
  expect(outcomes()).toEqual([600, 600, 'budget']);
  expect(budget.balance).toBeLessThan(1);
});

test('a custom budget is refused', () => {
  const budget = { balance: 10, deposit() {}, withdraw: () => true };
  expect(() => simulate({ budget })).toThrow(
    new TypeError('`budget` must be one that retryBudget() made, got an object; a custom budget cannot be simulated'),
  );
});

test('hooks, signals and modes have no effect', () => {
  const listener = vi.fn();
  using _ = setTesting(true);
  using __ = setActive(false);
  const options = { signal: AbortSignal.abort(), onRetry: listener, onGiveUp: listener, onRecover: listener };
  const call = simulate({ ...options, attempts: 2 }).begin();
  expect([call.fail(), call.fail()]).toEqual([600, 'attempts']);
  expect(listener).not.toHaveBeenCalled();
});

test('invalid options are refused', () => {
  expect(() => simulate({ attempts: 0 })).toThrow(RangeError);
  expect(() => retrySimulation({ on: Error }, undefined as never)).toThrow('`now` must be a function, got undefined');
  expect(() => simulate({}, { now: 5 as never })).toThrow('`now` must be a function, got 5');
  expect(() => simulate({}, { random: null as never })).toThrow('`random` must be a function, got null');
});

test('a world may be an instance of a class', () => {
  class World {
    time = 1_000;
    now(): number {
      return this.time;
    }
    random(): number {
      return this.time / 2_000;
    }
  }
  expect(retrySimulation({ on: Error }, new World()).begin().fail()).toBe(600);
});

test.each(Object.entries(POLICIES))('%s exposes its options for simulation', (_, makePolicy) => {
  const options: RetryOptions = { on: HttpError, attempts: 3 };
  expect(makePolicy(options).options).toBe(options);
});

function caught(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}
