import type { GiveUpReason } from '@stamina/core';
import type { RetryRecorder } from './recorder.ts';
import { judgeGiveUps, judgeRetries, type Verdict } from './verdict.ts';

/**
 * Assert so many retries, of all calls together; without a number, any. For runners without `expect`.
 *
 * @throws an AssertionError that says what was recorded
 * @example
 * assertRetried(recorder, 2);
 */
export function assertRetried(recorder: RetryRecorder, times?: number): void {
  assert(judgeRetries(recorder, times), 'retried');
}

/**
 * Assert that a call gave up; for this reason, if you name one. For runners without `expect`.
 *
 * @throws an AssertionError that says what was recorded
 * @example
 * assertGivenUp(recorder, 'attempts');
 */
export function assertGivenUp(recorder: RetryRecorder, reason?: GiveUpReason): void {
  assert(judgeGiveUps(recorder, reason), 'givenUp');
}

function assert({ pass, message, actual, expected }: Verdict, operator: string): void {
  if (pass) return;
  // What runners know a failed assertion by.
  const marks = { name: 'AssertionError', code: 'ERR_ASSERTION', generatedMessage: false, operator, actual, expected };
  throw Object.assign(new Error(message()), marks);
}
