import { type RetryDetails, type RetryOptions, retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bounds, draw, extremeWaits, lengthsOf, runs, type Waits, waits } from './support/arbitraries.ts';
import { finish } from './support/surfaces.ts';
import { settle, useVirtualTime } from './support/virtual-time.ts';

const JUST_BELOW_1 = 1 - Number.EPSILON / 2;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Returns the first waits of a call that never succeeds. `random` is the result of every draw. */
async function firstWaits(random: number, options: Partial<RetryOptions> = {}, count = 8): Promise<number[]> {
  vi.spyOn(Math, 'random').mockReturnValue(random);
  const all: number[] = [];
  const policy = retry({
    on: Error,
    attempts: count + 1,
    timeout: Infinity,
    onRetry: ({ waitFor }: RetryDetails) => void all.push(waitFor),
    ...options,
  });
  await finish(policy.run(() => Promise.reject(new Error('always')))).catch(() => {});
  return all;
}

test('by default waits grow from 100 ms to 4 s', async () => {
  expect(await firstWaits(0)).toEqual([100, 200, 400, 800, 1_600, 3_200, 4_000, 4_000]);
});

test('by default no wait exceeds 5 s', async () => {
  const all = await firstWaits(JUST_BELOW_1);
  expect(all.map(Math.round)).toEqual([1_100, 1_200, 1_400, 1_800, 2_600, 4_200, 5_000, 5_000]);
  expect(Math.max(...all)).toBeLessThanOrEqual(5_000);
});

test('jitter is drawn evenly', async () => {
  expect(await firstWaits(0.25, {}, 1)).toEqual([350]);
  expect(await firstWaits(0.5, {}, 1)).toEqual([600]);
  expect(await firstWaits(0.75, { waitJitter: 8 }, 1)).toEqual([106]);
});

test('jitter takes at most half of `waitMax`', async () => {
  const options = { waitMax: 1_000, waitJitter: 5_000 };
  expect(await firstWaits(0, options, 5)).toEqual([100, 200, 400, 500, 500]);
  expect(await firstWaits(0.5, options, 5)).toEqual([350, 450, 650, 750, 750]);
});

test('the first wait does not exceed `waitMax`', async () => {
  expect(await firstWaits(0, { waitInitial: 3_000, waitMax: 1_000, waitJitter: 0 }, 2)).toEqual([1_000, 1_000]);
  expect(await firstWaits(0.5, { waitInitial: 3_000, waitMax: 1_000, waitJitter: 200 }, 2)).toEqual([900, 900]);
});

test('waits grow by `waitExpBase`', async () => {
  expect(await firstWaits(0, { waitExpBase: 3 }, 4)).toEqual([100, 300, 900, 2_700]);
  expect(await firstWaits(0, { waitExpBase: 1.5 }, 3)).toEqual([100, 150, 225]);
  expect(await firstWaits(0, { waitExpBase: 1 }, 4)).toEqual([100, 100, 100, 100]);
});

test('without jitter the waits are exact', async () => {
  expect(await firstWaits(0.7, { waitJitter: 0 }, 3)).toEqual([100, 200, 400]);
});

test('without an initial wait there is only jitter', async () => {
  expect(await firstWaits(0, { waitInitial: 0 }, 3)).toEqual([0, 0, 0]);
  expect(await firstWaits(0.5, { waitInitial: 0 }, 3)).toEqual([500, 500, 500]);
});

test('with `waitMax: 0` nothing waits', async () => {
  expect(await firstWaits(0.5, { waitMax: 0 }, 3)).toEqual([0, 0, 0]);
});

test('waits may be durations', async () => {
  const options = { waitInitial: { seconds: 1 }, waitMax: { minutes: 1 }, waitJitter: { milliseconds: 100 } };
  expect(await firstWaits(0.5, options, 3)).toEqual([1_050, 2_050, 4_050]);
});

test('an overflowing power is capped at `waitMax`', async () => {
  expect((await firstWaits(0, { waitExpBase: 1e200 }, 4)).slice(1)).toEqual([4_000, 4_000, 4_000]);
  expect(await firstWaits(0, { waitInitial: 0, waitExpBase: 1e200 }, 4)).toEqual([0, 0, 0, 0]);
});

describe('any backoff', () => {
  useVirtualTime();

  const retries = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 5_000 }) },
  );

  /** Returns, for each wait, the `nextWait` of the attempt before it and the `waitFor` of the hooks. */
  function observe(options: Waits, count: number, random: () => number): { low: number; wait: number }[] {
    vi.spyOn(Math, 'random').mockImplementation(random);
    const lows: number[] = [];
    const waited: number[] = [];
    const policy = retrySync({
      ...options,
      on: Error,
      attempts: count + 1,
      timeout: Infinity,
      onRetry: ({ waitFor }) => void waited.push(waitFor),
    });
    expect(() =>
      policy.run((attempt) => {
        lows.push(attempt.nextWait);
        throw new Error('always');
      }),
    ).toThrow('always');
    expect(waited).toHaveLength(count);
    expect(lows.pop()).toBe(0);
    return waited.map((wait, index) => ({ wait, low: lows[index] as number }));
  }

  /** Compares two numbers, and allows for rounding. */
  function expectNear(actual: number, expected: number): void {
    if (Math.abs(actual - expected) > 1e-9 * Math.max(1, Math.abs(expected))) expect(actual).toBe(expected);
  }

  /** Draws random numbers that are the same in every run (mulberry32). */
  function seeded(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let bits = Math.imul(state ^ (state >>> 15), 1 | state);
      bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits);
      return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  describe('a backoff', () => {
    test('lies within the documented range', () => {
      fc.assert(
        fc.property(waits, retries, fc.array(draw, { minLength: 1 }), (options, count, draws) => {
          let drawn = 0;
          const observed = observe(options, count, () => draws[drawn++ % draws.length] as number);
          observed.forEach(({ wait, low }, index) => {
            const expected = bounds(options, index + 1);
            expectNear(low, expected.low);
            expectNear(Math.max(wait, expected.low), wait);
            expectNear(Math.min(wait, expected.low + expected.jitter), wait);
          });
        }),
      );
    });

    test('spans the whole jitter at every retry', () => {
      fc.assert(
        fc.property(waits, retries, (options, count) => {
          const bottom = observe(options, count, () => 0);
          const top = observe(options, count, () => 1 - Number.EPSILON / 2);
          const { waitMax = 5_000, waitJitter = 1_000 } = options;
          for (const [index, { wait, low }] of bottom.entries()) {
            expectNear(wait, low);
            expectNear((top[index]?.wait as number) - wait, Math.min(waitJitter, waitMax / 2));
          }
        }),
      );
    });

    test('never shrinks from retry to retry', () => {
      fc.assert(
        fc.property(waits, retries, draw, (options, count, random) => {
          const observed = observe(options, count, () => random);
          for (let index = 1; index < count; index++) {
            const [before, after] = [observed[index - 1], observed[index]] as [
              { wait: number; low: number },
              { wait: number; low: number },
            ];
            if (after.low < before.low || after.wait < before.wait) expect({ before, after }).toBe('growing');
          }
        }),
      );
    });

    test('stays between 0 and `waitMax`', () => {
      fc.assert(
        fc.property(fc.oneof(waits, extremeWaits), retries, draw, (options, count, random) => {
          const { waitMax = 5_000 } = options;
          for (const { wait, low } of observe(options, count, () => random)) {
            if (!(wait >= 0 && wait <= waitMax * (1 + Number.EPSILON) && low >= 0 && low <= wait))
              expect({ wait, low, waitMax }).toBe('in range');
          }
        }),
      );
    });

    test('has no random part without jitter', () => {
      fc.assert(
        fc.property(waits, retries, draw, (options, count, random) => {
          for (const { wait, low } of observe({ ...options, waitJitter: 0 }, count, () => random))
            expectNear(wait, low);
        }),
      );
    });

    test('is drawn evenly', () => {
      const count = 2_000;
      fc.assert(
        fc.property(waits, fc.integer(), (options, seed) => {
          const { jitter } = bounds(options, 1);
          fc.pre(jitter >= 1);
          const sorted = observe({ ...options, waitInitial: 0 }, count, seeded(seed))
            .map(({ wait }) => wait / jitter)
            .sort((a, b) => a - b);
          // This is the Kolmogorov-Smirnov test. An even draw fails it with a probability of 2 · exp(-18), which is 3 in
          // 100 million.
          const distance = Math.max(
            ...sorted.map((position, index) => Math.max((index + 1) / count - position, position - index / count)),
          );
          expect(distance).toBeLessThan(3 / Math.sqrt(count));
        }),
        runs(0.25),
      );
    });

    test('is the same however durations are written', () => {
      const whole = fc.record({ waitInitial: fc.nat(10_000), waitMax: fc.nat(100_000), waitJitter: fc.nat(10_000) });
      const written = whole.chain((numbers) =>
        fc.record({
          numbers: fc.constant(numbers),
          durations: fc.record({
            waitInitial: lengthsOf(numbers.waitInitial),
            waitMax: lengthsOf(numbers.waitMax),
            waitJitter: lengthsOf(numbers.waitJitter),
          }),
        }),
      );
      fc.assert(
        fc.property(written, draw, ({ numbers, durations }, random) => {
          expect(observe(durations as Waits, 10, () => random)).toEqual(observe(numbers, 10, () => random));
        }),
      );
    });

    test('is the time that an asynchronous call waits', async () => {
      await fc.assert(
        fc.asyncProperty(waits, fc.integer({ min: 1, max: 15 }), draw, async (options, count, random) => {
          const expected = observe(options, count, () => random).map(({ wait }) => wait);
          const times: number[] = [];
          const seen: number[] = [];
          const policy = retry({
            ...options,
            on: Error,
            attempts: count + 1,
            timeout: Infinity,
            onRetry: ({ waitFor }) => void seen.push(waitFor),
          });
          const result = await settle(
            policy.run(() => {
              times.push(performance.now());
              throw new Error('always');
            }),
          );
          expect(result).toMatchObject({ status: 'rejected' });
          expect(seen).toEqual(expected);
          // Timers count whole milliseconds, and are rounded up so that no wait ends early.
          expect(
            expected.map((_, index) => Math.round((times[index + 1] as number) - (times[index] as number))),
          ).toEqual(expected.map(Math.ceil));
        }),
      );
    });
  });
});
