import type { RetryAnswer } from '@stamina/core';
import { simulate } from '@stamina/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

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
    { failures: ms(10), attemptTime: ms(10_000), seed: fc.integer(), callsPerSecond: fc.integer({ min: 1, max: 100 }) },
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
