import type { GiveUpReason } from '@stamina/core';
import { type Check, checkNumber, isWhole } from '@stamina/validation';

/** The name of all callables above the limit. OpenTelemetry uses the same word for values that are not listed. */
export const OTHER = '_OTHER';

/** The default of the option `maxCallables`. */
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

/** The outcome of a call. Only `gave_up` can be a failure of the service that was called. */
export type Outcome = 'succeeded' | 'recovered' | 'gave_up' | 'unmatched' | 'aborted';

const OUTCOMES: Readonly<Record<GiveUpReason, Outcome>> = {
  aborted: 'aborted',
  unmatched: 'unmatched',
  stopped: 'aborted',
  attempts: 'gave_up',
  deadline: 'gave_up',
  timeout: 'gave_up',
  budget: 'gave_up',
};

/** All reasons for giving up. */
export const REASONS = Object.keys(OUTCOMES) as readonly GiveUpReason[];

/**
 * Returns the outcome of a call that ended. A call that the caller aborted, or whose error `on` does not match, shows
 * nothing about the service. A call that was stopped counts as aborted.
 *
 * @param reason the reason why it gave up; `undefined` if it succeeded
 * @param attempt the number of attempts that were made
 */
export function outcomeOf(reason: GiveUpReason | undefined, attempt: number): Outcome {
  if (reason) return OUTCOMES[reason];
  return attempt > 1 ? 'recovered' : 'succeeded';
}
