/** The outcome of a call. Only `gave_up` can be a failure of the service that was called. */
export type Outcome = 'succeeded' | 'recovered' | 'gave_up' | 'unmatched' | 'aborted';

/**
 * Returns the outcome of a call that ended. A call that the caller aborted, or whose error `on` does not match, shows
 * nothing about the service. A call that ended because of `stop` counts as `gave_up`.
 *
 * @param reason the reason why it gave up; `undefined` if it succeeded
 * @param attempt the number of attempts that were made
 */
export function outcomeOf(reason: string | undefined, attempt: number): Outcome {
  if (reason === undefined) return attempt > 1 ? 'recovered' : 'succeeded';
  return reason === 'aborted' || reason === 'unmatched' ? reason : 'gave_up';
}
