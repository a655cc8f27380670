import { type RetryAnswer, type RetryOptions, retry, retryBudget } from '@stamina/core';
import { retrySimulation } from '@stamina/core/simulation';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { draw, runs, waits } from './support/arbitraries.ts';
import { settle, useVirtualTime } from './support/virtual-time.ts';

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
      const budget = budgeted ? retryBudget({ ratio: 2, minPerSecond: 0.1 }) : undefined;
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
