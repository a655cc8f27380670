import { type Duration, type GiveUpDetails, retry } from '@stamina/core';
import { expect, test } from 'vitest';

/** What `duration` is in milliseconds, as hooks are told. */
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

test('a duration of Temporal is told by its shape', async () => {
  class TemporalDuration {
    total(options: { unit: string }): number {
      expect(this).toBeInstanceOf(TemporalDuration);
      expect(options).toStrictEqual({ unit: 'milliseconds' });
      return 1_234;
    }
  }
  expect(await milliseconds(new TemporalDuration())).toBe(1_234);
});

test('a duration of Temporal without a fixed length is refused, with the reason as cause', () => {
  const cause = new RangeError('relativeTo is required');
  const months = {
    total(): number {
      throw cause;
    },
    toJSON: () => 'P1M',
  };
  expect(() => retry({ on: Error, timeout: months })).toThrow(
    expect.objectContaining({
      name: 'RangeError',
      message: '`timeout` must be a duration of fixed length, got "P1M"; use days or smaller units',
      cause,
    }),
  );
});

test.each([Number.NaN, Infinity, undefined, '5'])('a duration of Temporal that totals %s is refused', (total) => {
  const odd = { total: () => total as number, toJSON: () => 'odd' };
  expect(() => retry({ on: Error, waitMax: odd })).toThrow(
    new RangeError('`waitMax` must be a duration of fixed length, got "odd"; use days or smaller units'),
  );
});

test.each(['days', 'hours', 'minutes', 'seconds', 'milliseconds'])(
  '%s that are no finite number are refused',
  (unit) => {
    const give = (amount: unknown) => () => retry({ on: Error, waitInitial: { [unit]: amount } });
    const message = `\`waitInitial.${unit}\` must be a finite number, got`;
    expect(give(null)).toThrow(new TypeError(`${message} null`));
    expect(give('5')).toThrow(new TypeError(`${message} "5"`));
    expect(give(Number.NaN)).toThrow(new TypeError(`${message} NaN`));
    expect(give(Infinity)).toThrow(new RangeError(`${message} Infinity`));
    expect(give(-Infinity)).toThrow(new RangeError(`${message} -Infinity`));
  },
);

test('a unit that is not known is refused, though others are', () => {
  const given = { seconds: 1, weeks: 2 };
  expect(() => retry({ on: Error, timeout: given })).toThrow(
    /^`weeks` is not known in timeout; did you mean `(days|hours|minutes|seconds)`\? Allowed are days, hours, minutes, seconds, milliseconds$/,
  );
});

test('units of undefined alone are no duration', () => {
  expect(() => retry({ on: Error, timeout: { seconds: undefined } })).toThrow(
    new TypeError(
      '`timeout` must be a number of milliseconds or a duration such as { seconds: 30 }, got {}; give at least one of days, hours, minutes, seconds, milliseconds',
    ),
  );
});
