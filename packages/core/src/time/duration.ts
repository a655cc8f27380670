import { type Check, checkNumber } from '@stamina/validation';

/** A `Temporal.Duration`, recognised by its method, so that neither the runtime nor the type library needs to have it. */
export interface TemporalDurationLike {
  total(unit: { unit: 'milliseconds' }): number;
}

/** A duration in named units. At least one is needed, and they are added up. */
export interface DurationObject {
  days?: number | undefined;
  hours?: number | undefined;
  minutes?: number | undefined;
  seconds?: number | undefined;
  milliseconds?: number | undefined;
}

/** A length of time other than a plain number of milliseconds: `{ seconds: 30 }` or a `Temporal.Duration`. */
export type Duration = TemporalDurationLike | DurationObject;

const UNITS: Readonly<Record<string, number>> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};

/** Returns a duration in ms, `undefined` for an object that is not a duration of fixed length, and other values as they are. */
export function toMs(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    if ('total' in value) return (value as TemporalDurationLike).total({ unit: 'milliseconds' });
  } catch {
    return undefined; // Years, months and weeks have no fixed length.
  }
  let total: number | undefined;
  for (const [unit, amount] of Object.entries(value)) {
    if (amount === undefined) continue;
    if (!Object.hasOwn(UNITS, unit) || !Number.isFinite(amount)) return undefined;
    total = (total ?? 0) + amount * (UNITS[unit] as number);
  }
  return total;
}

/** Makes a check that turns milliseconds or a duration into milliseconds. */
export function checkDuration(allows: (ms: number) => boolean, allowed: string): Check<number> {
  return checkNumber(allows, `milliseconds or a duration such as { seconds: 30 }, ${allowed}`, undefined, toMs);
}
