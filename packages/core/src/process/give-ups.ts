/*
 * The errors with which calls gave up. They are kept outside the errors, because an error belongs to the user. All
 * copies of this package share them.
 */

import { type GiveUp, shared } from './shared.ts';

/**
 * Remembers that a call gave up with `error`, unless that is a primitive value, such as a string.
 *
 * @param attempts the number of attempts that the call made
 * @param mayRetry false if the call was limited to one attempt
 */
export function rememberGiveUp(error: unknown, attempts: number, mayRetry: boolean): void {
  if (Object(error) === error) shared.gaveUpWith.set(error as object, { num: ++shared.giveUps, attempts, mayRetry });
}

/**
 * Returns the last give-up with `error`, if it came after the first `num` give-ups of the process, and if its call was
 * allowed to retry. Otherwise returns `undefined`.
 */
export function giveUpAfter(num: number, error: unknown): GiveUp | undefined {
  // No call has given up since, so there is no need to look for the error.
  if (shared.giveUps === num) return undefined;
  const giveUp = shared.gaveUpWith.get(error as object);
  return giveUp?.mayRetry && giveUp.num > num ? giveUp : undefined;
}

/**
 * Returns whether a call gave up with this error because of `attempts`, `timeout`, `deadline`, `stop` or a budget. An
 * outer call that retries it may multiply the attempts.
 *
 * Returns false for the reason of an abort, for errors that `on` did not match, and for errors that are not objects.
 *
 * @param error the error of a call, which may be any value
 * @example
 * setRetryHooks([({ name, causedBy }) => gaveUp(causedBy) && console.warn(`${name} retries what was retried before`)]);
 */
export function gaveUp(error: unknown): boolean {
  return shared.gaveUpWith.has(error as object);
}
