import type { GiveUpReason } from '@stamina/core';
import { type MatchResult, matchGiveUps, matchRetries } from './matchers.ts';
import type { RetryRecorder } from './recorder.ts';

/**
 * Asserts the number of retries in all recorded calls together. Use it if your test runner has no `expect`.
 *
 * @param times the expected number of retries; without it, at least one is expected
 * @throws AssertionError if the number differs; its message lists what was recorded
 * @throws TypeError or RangeError if `recorder` is not a recorder, or `times` is not an integer of at least 0
 * @example
 * assertRetried(recorder, 2);
 */
export function assertRetried(recorder: RetryRecorder, times?: number): void {
  assert(matchRetries(recorder, times), 'retried');
}

/**
 * Asserts that a recorded call gave up. Use it if your test runner has no `expect`.
 *
 * @param reason the expected reason; without it, any reason counts
 * @throws AssertionError if no call gave up for this reason; its message lists what was recorded
 * @throws TypeError if `recorder` is not a recorder, or there is no such reason
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
