import { type Check, checkKeys, checkRange, invalid, isNumber } from './invalid.ts';

/** A `Temporal.Duration`, told by its shape, so that no runtime and no type library needs to have it. */
export interface TemporalDurationLike {
  total(unit: { unit: 'milliseconds' }): number;
}

/** A duration in named units; at least one, and they add up. */
export interface DurationObject {
  days?: number | undefined;
  hours?: number | undefined;
  minutes?: number | undefined;
  seconds?: number | undefined;
  milliseconds?: number | undefined;
}

/** A length of time other than a plain number of milliseconds: `{ seconds: 30 }` or a `Temporal.Duration`. */
export type Duration = TemporalDurationLike | DurationObject;

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 };
const ALLOWED = 'a number of milliseconds or a duration such as { seconds: 30 }';

/** The duration in milliseconds, of any sign; Infinity only as a plain number. TypeError for anything else. */
export function toMs(name: string, value: unknown, instead?: string): number {
  if (isNumber(value)) return value;
  if (typeof value !== 'object' || value === null) throw invalid(name, ALLOWED, value, instead);
  if (typeof (value as TemporalDurationLike).total === 'function')
    return fromTemporal(name, value as TemporalDurationLike);
  const units = Object.keys(UNITS) as (keyof typeof UNITS)[];
  checkKeys(name, value, units, `write ${ALLOWED}`);
  const amounts = value as { readonly [Unit in keyof typeof UNITS]?: unknown };
  const given = units.filter((unit) => amounts[unit] !== undefined);
  if (given.length === 0) throw invalid(name, ALLOWED, value, `give at least one of ${units.join(', ')}`);
  return given.reduce((ms, unit) => ms + UNITS[unit] * checkAmount(`${name}.${unit}`, amounts[unit]), 0);
}

const checkAmount = checkRange(Number.isFinite, 'a finite number');

/** Checks a duration like a number of milliseconds. */
export function checkMs(allows: (ms: number) => boolean, allowed: string, instead?: string): Check<number> {
  return checkRange(allows, allowed, instead, toMs);
}

function fromTemporal(name: string, value: TemporalDurationLike): number {
  let cause: unknown;
  try {
    const ms = value.total({ unit: 'milliseconds' });
    if (Number.isFinite(ms)) return ms;
  } catch (error) {
    cause = error; // Years, months and weeks have no fixed length.
  }
  const why = cause === undefined ? undefined : { cause };
  throw invalid(name, 'a duration of fixed length', value, 'use days or smaller units', RangeError, why);
}
