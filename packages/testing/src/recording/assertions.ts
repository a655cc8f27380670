import type { GiveUpReason } from '@stamina/core';
import { checkNumber, checkThat, invalid, isWhole } from '@stamina/validation';
import type { RetryRecorder } from './recorder.ts';
import { count, isReason, REASONS, report } from './recorder.ts';

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

/** The matchers that `expect(recorder)` has in Vitest and Jest. They throw a TypeError for anything but a recorder. */
export interface RetryMatchers<Result = void> {
  /** Expects this number of retries in all recorded calls together. Without a number, expects at least one retry. */
  toHaveRetried(times?: number): Result;
  /** Expects that a recorded call gave up for this reason, such as `'attempts'`. Without one, any reason counts. */
  toHaveGivenUp(reason?: GiveUpReason): Result;
}

type Matcher = (received: unknown, expected?: unknown) => MatchResult;

/** The matchers in the form that `expect.extend` takes. */
export const matchers: { readonly [Name in keyof RetryMatchers]: Matcher } = {
  toHaveRetried: matchRetries,
  toHaveGivenUp: matchGiveUps,
};

/** The result of comparing a recorder with an expectation, in the form that `expect.extend` takes. */
interface MatchResult {
  readonly pass: boolean;
  /** Returns the failure message. If `pass` is true, it is the message of `expect(recorder).not`. */
  message(): string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Compares the number of recorded retries with `times`. If `times` is left out, expects at least one retry. */
function matchRetries(received: unknown, times?: unknown): MatchResult {
  const recorder = checkRecorder(received);
  const expected = times === undefined ? undefined : checkTimes('times', times);
  const actual = recorder.retries.length;
  const pass = expected === undefined ? actual > 0 : actual === expected;
  const wanted = pass ? 'another number of retries' : expected === undefined ? 'retries' : count(expected, 'retry');
  return {
    pass,
    actual,
    expected,
    message: () => report(`Expected ${wanted}, got ${count(actual, 'retry')}.`, recorder),
  };
}

/** Looks for a recorded call that gave up for `reason`. If `reason` is left out, any reason counts. */
function matchGiveUps(received: unknown, reason?: unknown): MatchResult {
  const recorder = checkRecorder(received);
  const expected = reason === undefined ? undefined : checkReason('reason', reason);
  const actual = recorder.giveUps.map((details) => details.reason);
  const pass = expected === undefined ? actual.length > 0 : actual.includes(expected);
  const wanted = `${pass ? 'no call' : 'a call'} to give up${expected === undefined ? '' : ` for the reason '${expected}'`}`;
  return { pass, actual, expected, message: () => report(`Expected ${wanted}.`, recorder) };
}

const checkTimes = checkNumber(isWhole(0), 'an integer of at least 0');

const checkReason = checkThat<GiveUpReason>(isReason, `one of ${REASONS.join(', ')}`, 'leave it out for any reason');

function checkRecorder(received: unknown): RetryRecorder {
  const recorder = received as Partial<RetryRecorder> | null | undefined;
  if (Array.isArray(recorder?.retries) && Array.isArray(recorder.giveUps)) return received as RetryRecorder;
  throw invalid('recorder', 'a recorder from recordRetries()', received, 'write const recorder = recordRetries()');
}
