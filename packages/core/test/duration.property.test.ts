import type { Duration, RetryOptions } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anything, durationObject, lengthsOf, temporal } from './arbitraries.ts';
import { useVirtualTime } from './virtual-time.ts';

useVirtualTime();

/** How long a `timeout` is, as hooks are told. */
function timeoutOf(timeout: number | Duration): number {
  let told = Number.NaN;
  const policy = retrySync({
    on: Error,
    attempts: 1,
    timeout,
    onGiveUp(details) {
      told = details.timeout;
    },
  });
  expect(() =>
    policy.run(() => {
      throw new Error('once');
    }),
  ).toThrow('once');
  return told;
}

/** How long the wait is that a hook answers. */
function waitOf(answer: unknown): number {
  let told = Number.NaN;
  let calls = 0;
  retrySync({
    on: () => answer as number,
    attempts: 2,
    timeout: Infinity,
    onRetry({ waitFor }) {
      told = waitFor;
    },
  }).run(() => {
    if (++calls === 1) throw new Error('once');
  });
  return told;
}

function failureOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** What `value` has for a length, by the documentation; `undefined` if it has none. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (typeof (value as { total?: unknown }).total === 'function') {
    try {
      const ms = (value as { total(unit: object): unknown }).total({ unit: 'milliseconds' });
      return Number.isFinite(ms) ? (ms as number) : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined; // None that is drawn from anything has a unit's name for a key.
}

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('a duration', () => {
  test('of several units is their sum', () => {
    fc.assert(
      fc.property(durationObject, ({ duration, ms }) => {
        expect(waitOf(duration)).toBe(ms);
        if (ms > 0) expect(timeoutOf(duration)).toBe(ms);
      }),
    );
  });

  test('adds up whatever the signs of its units', () => {
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

  test('takes `undefined` for a unit that is not given, and needs at least one that is', () => {
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

  test('is as long in numbers, in units and as a Temporal duration', () => {
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

  test('may be a fraction, and negative where a hook answers it', () => {
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

  test('with a unit that does not exist is refused, and told which', () => {
    const unknown = fc
      .string({ minLength: 1 })
      .filter((key) => !['days', 'hours', 'minutes', 'seconds', 'milliseconds', 'total', '__proto__'].includes(key));
    fc.assert(
      fc.property(durationObject, unknown, anything, ({ duration }, key, value) => {
        const error = failureOf(() => timeoutOf({ ...duration, [key]: value }));
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain(`\`${key}\``);
        expect((error as Error).message).toContain('timeout');
      }),
    );
    expect(() => timeoutOf({ second: 1 } as Duration)).toThrow('`seconds`');
    expect(() => timeoutOf({ ms: 1 } as Duration)).toThrow('milliseconds');
  });

  test('with a unit that is no finite number is refused, and told which', () => {
    fc.assert(
      fc.property(
        durationObject,
        fc.constantFrom('days', 'hours', 'minutes', 'seconds', 'milliseconds'),
        anything,
        ({ duration }, unit, value) => {
          fc.pre(value !== undefined && !Number.isFinite(value));
          const error = failureOf(() => timeoutOf({ ...duration, [unit]: value }));
          expect([TypeError, RangeError]).toContain((error as Error).constructor);
          expect((error as Error).message).toContain('timeout');
          expect((error as Error).message).toContain(unit);
        },
      ),
    );
  });

  test('that overflows is never endless', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('days', 'hours', 'minutes'),
        fc.double({ min: 1e305, max: Number.MAX_VALUE, noNaN: true }),
        fc.boolean(),
        (unit, amount, opposed) => {
          const duration = { [unit]: amount, seconds: opposed ? -amount : 0 };
          for (const option of ['waitInitial', 'waitMax', 'waitJitter']) {
            expect(() => retrySync({ on: Error, [option]: duration })).toThrow(RangeError);
          }
          expect(() => waitOf(duration)).toThrow(TypeError);
        },
      ),
    );
  });

  test('is refused as a wait when it is negative or endless', () => {
    const refused = fc.oneof(fc.double({ max: -Number.MIN_VALUE, noNaN: true }), fc.constant(Infinity));
    fc.assert(
      fc.property(refused, fc.constantFrom('waitInitial', 'waitMax', 'waitJitter'), (ms, option) => {
        const error = failureOf(() => retrySync({ on: Error, [option]: ms } as RetryOptions));
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toContain(`\`${option}\``);
      }),
    );
  });

  test('that is garbage is a TypeError or RangeError which names it, and nothing else is', () => {
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

  test('that is garbage where a hook answers it is a TypeError with the judged error for a cause, and never a wait', () => {
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
        expect(error.message).toContain('`on`');
        expect(error.cause).toMatchObject({ message: 'once' });
      }),
    );
  });
});
