import type { GiveUpReason } from '@stamina/core';
import { type MatchResult, matchGiveUps, matchRetries } from './match.ts';
import type { RetryRecorder } from './recorder.ts';

/**
 * Asserts a number of retries, those of all calls together. Without a number, asserts at least one. For runners without
 * `expect`.
 *
 * @throws AssertionError with a message that lists what was recorded
 * @example
 * assertRetried(recorder, 2);
 */
export function assertRetried(recorder: RetryRecorder, times?: number): void {
  assert(matchRetries(recorder, times), 'retried');
}

/**
 * Asserts that a call gave up, for this reason if there is one. For runners without `expect`.
 *
 * @throws AssertionError with a message that lists what was recorded
 * @example
 * assertGivenUp(recorder, 'attempts');
 */
export function assertGivenUp(recorder: RetryRecorder, reason?: GiveUpReason): void {
  assert(matchGiveUps(recorder, reason), 'givenUp');
}

function assert({ pass, message, actual, expected }: MatchResult, operator: string): void {
  if (pass) return;
  // Runners recognize a failed assertion by these properties.
  const marks = { name: 'AssertionError', code: 'ERR_ASSERTION', generatedMessage: false, operator, actual, expected };
  throw Object.assign(new Error(message()), marks);
}
