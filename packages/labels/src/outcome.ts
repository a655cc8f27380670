/** The outcome of a call. Only `gave_up` is a failure of what was called. */
export type Outcome = 'succeeded' | 'recovered' | 'gave_up' | 'unmatched' | 'aborted';

/**
 * Returns the outcome of a call that ended. A call that the caller aborted, or whose error `on` does not match, shows
 * nothing about what was called.
 *
 * @param reason the reason why it gave up; `undefined` if it succeeded
 * @param attempt the number of attempts that were made
 */
export function outcomeOf(reason: string | undefined, attempt: number): Outcome {
  if (reason === undefined) return attempt > 1 ? 'recovered' : 'succeeded';
  return reason === 'aborted' || reason === 'unmatched' ? reason : 'gave_up';
}
