import fc from 'fast-check';
import { vi } from 'vitest';

const { numRuns = 100 } = fc.readConfigureGlobal();
vi.setConfig({ testTimeout: 10_000 + 200 * numRuns });

/** Returns parameters that multiply the usual number of runs by `times`. */
export function runs(times: number): { numRuns: number } {
  return { numRuns: Math.ceil(times * numRuns) };
}

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 };

/** A duration in named units, and its length in milliseconds. */
export const durationObject: fc.Arbitrary<{ duration: Partial<Record<keyof typeof UNITS, number>>; ms: number }> = fc
  .record(
    {
      days: fc.integer({ min: 0, max: 30 }),
      hours: fc.integer({ min: 0, max: 100 }),
      minutes: fc.integer({ min: 0, max: 1_000 }),
      seconds: fc.integer({ min: 0, max: 100_000 }),
      milliseconds: fc.integer({ min: 0, max: 1_000_000 }),
    },
    { requiredKeys: [] },
  )
  .filter((duration) => Object.keys(duration).length > 0)
  .map((duration) => {
    const parts = Object.entries(duration) as [keyof typeof UNITS, number][];
    return { duration, ms: parts.reduce((sum, [unit, amount]) => sum + amount * UNITS[unit], 0) };
  });

/** Makes an object like a `Temporal.Duration`. Its `total` knows no unit but milliseconds. */
export function temporal(ms: number): { total(unit: { unit: string }): number } {
  return { total: ({ unit }) => (unit === 'milliseconds' ? ms : Number.NaN) };
}

/** Draws one of the ways to write a whole number of milliseconds. */
export function lengthsOf(ms: number) {
  const seconds = Math.trunc(ms / 1_000);
  return fc.constantFrom(ms, { milliseconds: ms }, { seconds, milliseconds: ms - seconds * 1_000 }, temporal(ms));
}

/** Draws multiples of an eighth of a millisecond, because fake timers read a delay that prints as `5e-324` as 5. */
function eighths(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: max * 8 }).map((count) => count / 8);
}

/** Draws options of the backoff, in the range that people use and somewhat beyond. */
export const waits = fc.record(
  {
    waitInitial: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 }), eighths(1e6)),
    waitMax: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000 }), eighths(1e9)),
    waitJitter: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 }), eighths(1e9)),
    waitExpBase: fc.oneof(
      fc.constant(1),
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 1, max: 100, noNaN: true }),
    ),
  },
  { requiredKeys: [] },
);

/** Draws options of the backoff, up to the largest numbers. */
export const extremeWaits = fc.record(
  {
    waitInitial: fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
    waitMax: fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
    waitJitter: fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
    waitExpBase: fc.double({ min: 1, max: Number.MAX_VALUE, noNaN: true }),
  },
  { requiredKeys: [] },
);

export interface Waits {
  waitInitial?: number;
  waitMax?: number;
  waitJitter?: number;
  waitExpBase?: number;
}

/** Returns the range from which the wait before retry `retryNum` is drawn, as documented. */
export function bounds(
  { waitInitial = 100, waitMax = 5_000, waitJitter = 1_000, waitExpBase = 2 }: Waits,
  retryNum: number,
): { low: number; jitter: number } {
  const jitter = Math.min(waitJitter, waitMax / 2);
  const grown = waitInitial === 0 ? 0 : waitInitial * waitExpBase ** (retryNum - 1);
  return { low: Math.min(grown, waitMax - jitter), jitter };
}

/** Draws a result of `Math.random`. */
export const draw = fc.oneof(
  fc.constantFrom(0, 0.5, 1 - Number.EPSILON / 2),
  fc.integer({ min: 0, max: 1_023 }).map((part) => part / 1_024),
);

/** Draws any value at all. */
export const anything = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.double(),
  fc.constantFrom<unknown>(null, Symbol('s'), () => 1, class {}, -0, Number.NaN, Infinity, -Infinity, [], {}, ''),
  fc.record({ total: fc.func(fc.anything()) }, { noNullPrototype: false }),
  fc.constant({
    total() {
      throw new RangeError('of no fixed length');
    },
  }),
  fc.constant(new Proxy({}, {})),
);
