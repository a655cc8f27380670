import type { GiveUpReason } from '@stamina/core';

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
