import type { GiveUpDetails, GiveUpReason } from '@stamina/core';
import { checkNumber, show, wrongType } from './invalid.ts';
import type { RetryRecorder } from './recorder.ts';

/** Whether a recorder has what was expected, and how to say that it has not, or that it should not. */
export interface Verdict {
  readonly pass: boolean;
  message(): string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Why a call ended, in words. */
const REASONS: { readonly [Reason in GiveUpReason]: (details: GiveUpDetails) => string } = {
  aborted: () => 'its signal was aborted',
  unmatched: () => '`on` does not match the last error',
  attempts: () => 'no more are allowed',
  timeout: ({ timeout }) => `no further attempt fits into its timeout of ${timeout} ms`,
  budget: () => 'the retry budget was empty',
};

/** Judges how many retries were recorded: `times`, or any. */
export function judgeRetries(given: unknown, times: unknown): Verdict {
  const recorder = checkRecorder(given, 'toHaveRetried(2)');
  const expected = checkNumber('times', times, { what: 'a whole number', least: 0, most: Number.MAX_SAFE_INTEGER });
  const actual = recorder.retries.length;
  const pass = expected === undefined ? actual > 0 : actual === expected;
  const wanted = pass ? 'another number of retries' : expected === undefined ? 'retries' : count(expected, 'retry');
  return {
    pass,
    actual,
    expected,
    message: () => tell(`Expected ${wanted}, got ${count(actual, 'retry')}.`, recorder),
  };
}

/** Judges whether a call gave up: for `reason`, or any. */
export function judgeGiveUps(given: unknown, reason: unknown): Verdict {
  const recorder = checkRecorder(given, "toHaveGivenUp('attempts')");
  if (reason !== undefined && !Object.hasOwn(REASONS, reason as string)) {
    throw wrongType('reason', `one of ${Object.keys(REASONS).join(', ')}`, reason, 'leave it out for any');
  }
  const actual = recorder.giveUps.map((details) => details.reason);
  const pass = reason === undefined ? actual.length > 0 : actual.includes(reason as GiveUpReason);
  const wanted = `${pass ? 'no call' : 'a call'} to give up${reason === undefined ? '' : ` for the reason '${reason}'`}`;
  return { pass, actual, expected: reason, message: () => tell(`Expected ${wanted}.`, recorder) };
}

function checkRecorder(given: unknown, usage: string): RetryRecorder {
  const recorder = given as Partial<RetryRecorder> | null | undefined;
  if (Array.isArray(recorder?.retries) && Array.isArray(recorder.giveUps)) return given as RetryRecorder;
  throw wrongType('recorder', 'what recordRetries() returned', given, `write expect(recorder).${usage}`);
}

/** What was expected, and all that was recorded instead. */
function tell(expectation: string, { retries, giveUps, recoveries }: RetryRecorder): string {
  const lines = [
    ...retries.map((details) => `${details.name}: retry ${details.retryNum}, after ${describe(details.causedBy)}`),
    ...recoveries.map(({ name, retryNum }) => `${name}: recovered after ${count(retryNum, 'retry')}`),
    ...giveUps.map(tellGiveUp),
  ];
  if (lines.length === 0)
    lines.push('Nothing was recorded: no call failed with an error that its `on` matches, or retrying is off.');
  else if (retries.length === 0 && giveUps.some(({ attempts }) => attempts === 1)) {
    lines.push('One attempt is the default of test mode: withTesting({ attempts: 3 }, …) allows more.');
  }
  return [expectation, '', ...shorten(lines).map((line) => `  ${line}`)].join('\n');
}

function tellGiveUp(details: GiveUpDetails): string {
  const { name, retryNum, causedBy, reason } = details;
  return `${name}: gave up after ${count(retryNum, 'attempt')} ('${reason}': ${REASONS[reason](details)}) on ${describe(causedBy)}`;
}

const MOST_LINES = 20;

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES / 2), `… ${lines.length - MOST_LINES} more …`, ...lines.slice(-MOST_LINES / 2)];
}

function describe(error: unknown): string {
  const { name, message } = (error ?? {}) as Partial<Error>;
  if (typeof name !== 'string' || typeof message !== 'string') return show(error);
  // Most classes of errors have no name but that of their class.
  const called = name === 'Error' ? ((error as Error).constructor?.name ?? name) : name;
  return `${called}: ${message.split('\n', 1)[0]}`;
}

function count(number: number, what: 'retry' | 'attempt'): string {
  return number === 1 ? `1 ${what}` : `${number} ${what === 'retry' ? 'retries' : 'attempts'}`;
}
