import { checkKeys, checkNumber, outOfRange, wrongType } from './invalid.ts';

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
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  if (typeof value !== 'object' || value === null) throw wrongType(name, ALLOWED, value, instead);
  if (typeof (value as TemporalDurationLike).total === 'function')
    return fromTemporal(name, value as TemporalDurationLike);
  const units = Object.keys(UNITS) as (keyof typeof UNITS)[];
  checkKeys(name, value, units, `write ${ALLOWED}`);
  let ms: number | undefined;
  for (const unit of units) {
    const amount = (value as DurationObject)[unit];
    if (amount !== undefined)
      ms = (ms ?? 0) + UNITS[unit] * checkNumber(`${name}.${unit}`, amount, Number.isFinite, 'a finite number');
  }
  if (ms === undefined) throw wrongType(name, ALLOWED, value, `give at least one of ${units.join(', ')}`);
  return ms;
}

/** The duration in milliseconds, if `allows` it. */
export function checkMs(
  name: string,
  value: unknown,
  allows: (ms: number) => boolean,
  allowed: string,
  instead?: string,
): number {
  const ms = toMs(name, value, instead);
  if (allows(ms)) return ms;
  throw outOfRange(name, allowed, value, instead);
}

function fromTemporal(name: string, value: TemporalDurationLike): number {
  let ms: unknown;
  let cause: unknown;
  try {
    ms = value.total({ unit: 'milliseconds' });
  } catch (error) {
    cause = error; // Years, months and weeks have no fixed length.
  }
  if (Number.isFinite(ms)) return ms as number;
  const error = outOfRange(name, 'a duration of fixed length', value, 'use days or smaller units');
  error.cause = cause;
  throw error;
}
