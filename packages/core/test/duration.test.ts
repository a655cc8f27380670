import { type Duration, type GiveUpDetails, retry } from '@stamina/core';
import { expect, test } from 'vitest';

/** Returns a duration in milliseconds, as hooks see it. */
async function milliseconds(duration: number | Duration): Promise<number | undefined> {
  let details: GiveUpDetails | undefined;
  const onGiveUp = (given: GiveUpDetails): void => {
    details = given;
  };
  const policy = retry({ on: Error, attempts: 1, timeout: duration, onGiveUp });
  await policy.run(() => Promise.reject(new Error('always'))).catch(() => {});
  return details?.timeout;
}

test.each<[number | Duration, number]>([
  [1, 1],
  [0.25, 0.25],
  [Infinity, Infinity],
  [{ milliseconds: 7 }, 7],
  [{ seconds: 30 }, 30_000],
  [{ minutes: 2 }, 120_000],
  [{ hours: 3 }, 10_800_000],
  [{ days: 1 }, 86_400_000],
  [{ days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 90_061_001],
  [{ minutes: 1.5 }, 90_000],
  [{ minutes: 1, seconds: -30 }, 30_000],
  [{ hours: undefined, seconds: 2 }, 2_000],
])('%o is %d ms', async (duration, expected) => {
  expect(await milliseconds(duration)).toBe(expected);
});

test('a Temporal duration is recognised by its method', async () => {
  class TemporalDuration {
    total(options: { unit: string }): number {
      expect(this).toBeInstanceOf(TemporalDuration);
      expect(options).toStrictEqual({ unit: 'milliseconds' });
      return 1_234;
    }
  }
  expect(await milliseconds(new TemporalDuration())).toBe(1_234);
});

const WAIT =
  '`waitMax` must be milliseconds or a duration such as { seconds: 30 }, finite and at least 0, got an object';

/** Expects that a duration is refused as an option. */
function expectRefused(duration: unknown, error: Error = new TypeError(WAIT)): void {
  expect(() => retry({ on: Error, waitMax: duration as Duration })).toThrow(error);
}

test('a Temporal duration of no fixed length is refused', () => {
  expectRefused({
    total() {
      throw new RangeError('relativeTo is required');
    },
  });
});

test.each([Number.NaN, undefined, '5'])('a Temporal duration with a total of %s is refused', (total) => {
  expectRefused({ total: () => total });
});

test('a Temporal duration with a total of Infinity is refused', () => {
  expectRefused({ total: () => Infinity }, new RangeError(WAIT));
});

test.each(['days', 'hours', 'minutes', 'seconds', 'milliseconds'])('%s must be finite numbers', (unit) => {
  for (const amount of [null, '5', Number.NaN, Infinity, -Infinity]) expectRefused({ [unit]: amount });
});

test('an unknown unit is refused', () => {
  expectRefused({ seconds: 1, weeks: 2 });
  expectRefused({ second: 1 });
  expectRefused({ toString: 1 });
});

test('a duration without any unit is refused', () => {
  expectRefused({});
  expectRefused({ seconds: undefined });
});
