import { type Duration, type GiveUpDetails, type RetryOptions, retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { anything, durationObject, lengthsOf, temporal } from './support/arbitraries.ts';
import { useVirtualTime } from './support/virtual-time.ts';
import { failureOf } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

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

describe('any duration', () => {
  useVirtualTime();

  /** Returns a `timeout` in milliseconds, as hooks see it. */
  function timeoutOf(timeout: number | Duration): number {
    let seen = Number.NaN;
    const policy = retrySync({
      on: Error,
      attempts: 1,
      timeout,
      onGiveUp(details) {
        seen = details.timeout;
      },
    });
    expect(() =>
      policy.run(() => {
        throw new Error('once');
      }),
    ).toThrow('once');
    return seen;
  }

  /** Returns the wait in milliseconds if `on` answers `answer`. */
  function waitOf(answer: unknown): number {
    let seen = Number.NaN;
    let calls = 0;
    retrySync({
      on: () => answer as number,
      attempts: 2,
      timeout: Infinity,
      onRetry({ waitFor }) {
        seen = waitFor;
      },
    }).run(() => {
      if (++calls === 1) throw new Error('once');
    });
    return seen;
  }

  /** Returns the documented length of `value` in milliseconds, or `undefined` if it is not a duration. */
  function lengthOf(value: unknown): number | undefined {
    if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (typeof (value as { total?: unknown }).total === 'function') {
      try {
        const ms = (value as { total(unit: object): unknown }).total({ unit: 'milliseconds' });
        return typeof ms === 'number' && !Number.isNaN(ms) ? ms : undefined;
      } catch {
        return undefined;
      }
    }
    return undefined; // No object that `anything` draws has the name of a unit as a key.
  }

  const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });

  describe('a duration', () => {
    test('is the sum of its units', () => {
      fc.assert(
        fc.property(durationObject, ({ duration, ms }) => {
          expect(waitOf(duration)).toBe(ms);
          if (ms > 0) expect(timeoutOf(duration)).toBe(ms);
        }),
      );
    });

    test('adds up units of any sign', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: -1_000, max: 1_000 }),
          fc.integer({ min: -1_000_000, max: 1_000_000 }),
          (seconds, milliseconds) => {
            const ms = seconds * 1_000 + milliseconds;
            const timeout = { seconds, milliseconds };
            if (ms > 0) expect(timeoutOf(timeout)).toBe(ms);
            else expect(() => timeoutOf(timeout)).toThrow(RangeError);
            expect(waitOf(timeout)).toBe(Math.max(0, ms));
          },
        ),
      );
    });

    test('needs one unit other than `undefined`', () => {
      fc.assert(
        fc.property(
          durationObject,
          fc.constantFrom('days', 'hours', 'minutes', 'seconds', 'milliseconds'),
          ({ duration, ms }, unit) => {
            expect(waitOf({ days: undefined, hours: undefined, minutes: undefined, ...duration })).toBe(ms);
            expect(() => timeoutOf({ [unit]: undefined })).toThrow(TypeError);
          },
        ),
      );
    });

    test('has the same length however it is written', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 2 ** 45 }).chain((ms) => fc.tuple(fc.constant(ms), lengthsOf(ms))),
          ([ms, duration]) => {
            expect(timeoutOf(duration)).toBe(ms);
            expect(waitOf(duration)).toBe(ms);
          },
        ),
      );
    });

    test('may be a fraction, and negative as an answer', () => {
      fc.assert(
        fc.property(finite, (ms) => {
          for (const duration of [ms, { milliseconds: ms }, temporal(ms)]) {
            expect(waitOf(duration)).toBe(Math.max(0, ms));
            if (ms > 0) expect(timeoutOf(duration)).toBe(ms);
            else expect(() => timeoutOf(duration)).toThrow(RangeError);
          }
        }),
      );
    });

    test('with an unknown unit is refused', () => {
      const unknown = fc
        .string({ minLength: 1 })
        .filter((key) => !['days', 'hours', 'minutes', 'seconds', 'milliseconds', 'total', '__proto__'].includes(key));
      fc.assert(
        fc.property(durationObject, unknown, anything, ({ duration }, key, value) => {
          fc.pre(value !== undefined);
          const error = failureOf(() => timeoutOf({ ...duration, [key]: value }));
          expect(error).toBeInstanceOf(TypeError);
          expect((error as Error).message).toContain('`timeout`');
        }),
      );
      expect(() => timeoutOf({ second: 1 } as Duration)).toThrow('{ seconds: 30 }');
      expect(() => timeoutOf({ ms: 1 } as Duration)).toThrow('milliseconds');
    });

    test('with an invalid amount is refused', () => {
      fc.assert(
        fc.property(
          durationObject,
          fc.constantFrom('days', 'hours', 'minutes', 'seconds', 'milliseconds'),
          anything,
          ({ duration }, unit, value) => {
            fc.pre(value !== undefined && !Number.isFinite(value));
            const error = failureOf(() => timeoutOf({ ...duration, [unit]: value }));
            expect([TypeError, RangeError]).toContain((error as Error).constructor);
            expect((error as Error).message).toContain('`timeout`');
          },
        ),
      );
    });

    test('that overflows is refused', () => {
      fc.assert(
        fc.property(
          fc.constantFrom('days', 'hours', 'minutes'),
          fc.double({ min: 1e305, max: Number.MAX_VALUE, noNaN: true }),
          fc.boolean(),
          (unit, amount, opposed) => {
            const duration = { [unit]: amount, seconds: opposed ? -amount : 0 };
            for (const option of ['waitInitial', 'waitMax', 'waitJitter']) {
              const error = failureOf(() => retrySync({ on: Error, [option]: duration }));
              // Infinity minus Infinity is NaN, which causes a TypeError.
              expect([TypeError, RangeError]).toContain((error as Error | undefined)?.constructor);
            }
            expect(() => waitOf(duration)).toThrow(TypeError);
          },
        ),
      );
    });

    test('is refused as a negative or infinite wait option', () => {
      const refused = fc.oneof(fc.double({ max: -Number.MIN_VALUE, noNaN: true }), fc.constant(Infinity));
      fc.assert(
        fc.property(refused, fc.constantFrom('waitInitial', 'waitMax', 'waitJitter'), (ms, option) => {
          const error = failureOf(() => retrySync({ on: Error, [option]: ms } as RetryOptions));
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toContain(`\`${option}\``);
        }),
      );
    });

    test('is refused by name if it is garbage', () => {
      fc.assert(
        fc.property(anything, (value) => {
          const length = lengthOf(value);
          const error = failureOf(() => timeoutOf(value as number));
          if (length !== undefined && length > 0) expect(error).toBeUndefined();
          else if (value !== undefined) {
            expect([TypeError, RangeError]).toContain((error as Error).constructor);
            expect((error as Error).message).toContain('timeout');
          }
        }),
      );
    });

    test('is refused as an answer if it is garbage', () => {
      fc.assert(
        fc.property(anything, (answer) => {
          fc.pre(typeof answer !== 'boolean');
          const length = lengthOf(answer);
          if (length !== undefined && Math.abs(length) < Infinity) {
            expect(waitOf(answer)).toBe(Math.max(0, length));
            return;
          }
          const error = failureOf(() => waitOf(answer)) as TypeError;
          expect(error.constructor).toBe(TypeError);
          expect(error.message).toContain('`on(error)`');
          expect(error.cause).toMatchObject({ message: 'once' });
        }),
      );
    });
  });
});
