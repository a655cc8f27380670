import { type Check, checkNumber, isWhole } from '@stamina/validation';

/** Replaces the names of callables above the limit. OpenTelemetry uses the same word for values that are not listed. */
export const OTHER = '_OTHER';

export const DEFAULT_MAX_CALLABLES = 1_000;

/** Checks the option `maxCallables`. */
export const checkMaxCallables: Check<number> = checkNumber(
  isWhole(1),
  'an integer of at least 1',
  'leave it out for 1000, because each name adds series to every metric',
);

/**
 * Limits the number of names, because metrics keep every name for as long as the process lives. Returns a function that
 * returns the first `max` names as they are, and `_OTHER` for all further names.
 */
export function limitCallables(max: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= max) return OTHER;
    known.add(name);
    return name;
  };
}
