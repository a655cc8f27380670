import { type Check, checkNumber, memberOf } from '@stamina/validation';

/**
 * A `Temporal.Duration`. It is recognised by its method, because the runtime and the type library may lack `Temporal`.
 */
export interface TemporalDurationLike {
  total(unit: { unit: 'milliseconds' }): number;
}

/**
 * A duration in named units, such as `{ minutes: 1, seconds: 30 }`. It needs at least one unit. All units are added up.
 */
export interface DurationObject {
  days?: number | undefined;
  hours?: number | undefined;
  minutes?: number | undefined;
  seconds?: number | undefined;
  milliseconds?: number | undefined;
}

/** A length of time, such as `{ seconds: 30 }` or a `Temporal.Duration`. Options also accept a number of ms. */
export type Duration = TemporalDurationLike | DurationObject;

const UNITS: Readonly<Record<string, number>> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};

/**
 * Converts a duration to ms. Returns other values unchanged. For an object without a fixed length, returns NaN or
 * `undefined`.
 */
export function toMs(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    if (memberOf(value, 'total') !== undefined) return (value as TemporalDurationLike).total({ unit: 'milliseconds' });
  } catch {
    // Years, months and weeks have no fixed length. Nothing below makes a number of them either.
  }
  let total: number | undefined;
  for (const [unit, amount] of Object.entries(value)) {
    if (amount === undefined) continue;
    if (!Number.isFinite(amount)) return undefined;
    total = (total ?? 0) + amount * (UNITS[unit] as number); // NaN for an unknown unit.
  }
  return total;
}

/** Makes a check that accepts milliseconds or a duration, and returns milliseconds. `allowed` describes their range. */
export function checkDuration(allows: (ms: number) => boolean, allowed: string): Check<number> {
  return checkNumber(allows, `milliseconds or a duration such as { seconds: 30 }, ${allowed}`, undefined, toMs);
}
