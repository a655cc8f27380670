import { type RetryAnswer, type RetryOptions, retry, retryBudget, setActive, setTesting } from '@stamina/core';
import { type RetrySimulation, retrySimulation, type SimulatedWorld } from '@stamina/core/simulation';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { draw, runs, waits } from './support/arbitraries.ts';
import { POLICIES } from './support/surfaces.ts';
import { settle, useVirtualTime } from './support/virtual-time.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

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
  expect(thrown).toEqual(
    new TypeError('`on` must answer at once to be simulated, got a promise; use a predicate that is not async'),
  );
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
  const budget = retryBudget({ ratio: 0.5, reserve: 2, minPerSecond: 0.5, window: { seconds: 4 } });
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

describe('any simulation', () => {
  useVirtualTime();

  const answer: fc.Arbitrary<RetryAnswer> = fc.oneof(
    { weight: 10, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
    { weight: 2, arbitrary: fc.integer({ min: -10, max: 20_000 }) },
    { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ atLeast: fc.integer({ min: 0, max: 20_000 }) }) },
  );

  const plans = fc.record({
    waits,
    attempts: fc.integer({ min: 1, max: 12 }),
    timeout: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60_000 })),
    budgeted: fc.boolean(),
    draws: fc.array(draw, { minLength: 12, maxLength: 12 }),
    /** The time that each attempt takes, and the answer of `on` to its failure. */
    failures: fc.array(fc.record({ takes: fc.integer({ min: 0, max: 5_000 }), answer }), {
      minLength: 12,
      maxLength: 12,
    }),
  });

  test('a simulated call behaves like a real one', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ waits, attempts, timeout, budgeted, draws, failures }) => {
        const on = (error: unknown) => failures[error as number]?.answer as RetryAnswer;
        const budget = budgeted ? retryBudget({ ratio: 2, reserve: 1, minPerSecond: 0.1 }) : undefined;
        const options: RetryOptions = { ...waits, on, attempts, timeout, budget };

        let now = 0;
        let drawn = 0;
        const call = retrySimulation(options, { now: () => now, random: () => draws[drawn++] as number }).begin();
        const decisions: unknown[] = [];
        for (const [error, { takes }] of failures.entries()) {
          now += takes;
          const decision = call.fail({ error });
          decisions.push(decision);
          if (typeof decision === 'string') break;
          now += Math.ceil(decision); // Timers round up, too.
        }

        const seen: unknown[] = [];
        let attempt = 0;
        drawn = 0;
        vi.spyOn(Math, 'random').mockImplementation(() => draws[drawn++] as number);
        const real = retry({
          ...options,
          onRetry: ({ waitFor }) => void seen.push(waitFor),
          onGiveUp: ({ reason }) => void seen.push(reason),
        }).run(async () => {
          const error = attempt++;
          await new Promise((resolve) => setTimeout(resolve, failures[error]?.takes));
          throw error;
        });
        expect(await settle(real)).toMatchObject({ status: 'rejected' });
        // Hooks are not called for an unmatched first error.
        expect(seen).toEqual(decisions[0] === 'unmatched' ? [] : decisions);
      }),
      runs(1),
    );
  });
});
