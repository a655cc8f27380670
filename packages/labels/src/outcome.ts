/** The outcome of a call. Only `gave_up` can be a failure of the service that was called. */
export type Outcome = 'succeeded' | 'recovered' | 'gave_up' | 'unmatched' | 'aborted';

/**
 * Returns the outcome of a call that ended. A call that the caller aborted, or whose error `on` does not match, shows
 * nothing about the service. A call that was stopped counts as aborted.
 *
 * @param reason the reason why it gave up; `undefined` if it succeeded
 * @param attempt the number of attempts that were made
 */
export function outcomeOf(reason: string | undefined, attempt: number): Outcome {
  if (reason === undefined) return attempt > 1 ? 'recovered' : 'succeeded';
  if (reason === 'aborted' || reason === 'stopped') return 'aborted';
  return reason === 'unmatched' ? reason : 'gave_up';
}
