import {
  addRetryHook,
  type Disposer,
  type GiveUpDetails,
  type GiveUpReason,
  type RecoverDetails,
  type RetryDetails,
} from '@stamina/core';
import { currentScope, isWithinScope } from '@stamina/core/library';
import { show } from '@stamina/validation';

/**
 * The events that a recorder has seen, oldest first. The lists grow until the recorder is disposed, by `dispose()` or
 * by a `using` declaration.
 */
export type RetryRecorder = Disposer & {
  /** The details of each retry that was scheduled. */
  readonly retries: readonly RetryDetails[];
  /** The details of each call that gave up after `on` had matched its last error or an earlier one. */
  readonly giveUps: readonly GiveUpDetails[];
  /** The details of each call that succeeded after a retry. */
  readonly recoveries: readonly RecoverDetails[];
};

/**
 * Records retries, give-ups and recoveries until the recorder is disposed. A set-up module disposes it when the test
 * ends.
 *
 * The recorder sees all calls of the process, including those of tests that run at the same time. A recorder that
 * starts inside `withTesting` or `withoutRetries` sees only the calls of that callback.
 *
 * @example
 * using recorder = recordRetries();
 * await loadUser(1);
 * recorder.retries.length; // 2
 */
export function recordRetries(): RetryRecorder {
  const scope = currentScope();
  const retries: RetryDetails[] = [];
  const giveUps: GiveUpDetails[] = [];
  const recoveries: RecoverDetails[] = [];
  /** Returns a hook that adds details to `list` if their call belongs to the scope. */
  function addTo<Details>(list: Details[]): (details: Details) => void {
    return (details) => {
      if (!scope || isWithinScope(scope)) list.push(details);
    };
  }
  const hook = addRetryHook({ onRetry: addTo(retries), onGiveUp: addTo(giveUps), onRecover: addTo(recoveries) });
  return { ...hook, retries, giveUps, recoveries };
}

/** Explains each reason for giving up. */
const EXPLANATIONS: { readonly [Reason in GiveUpReason]: (details: GiveUpDetails) => string } = {
  aborted: () => 'its signal was aborted',
  unmatched: () => '`on` does not match the last error',
  stopped: () => '`stop` was aborted',
  attempts: () => 'no more attempts are allowed',
  deadline: () => 'its deadline was reached, or no further attempt fits into it',
  timeout: ({ timeout }) => `no further attempt fits into its timeout of ${timeout} ms`,
  budget: () => 'the retry budget was empty',
};

/** The reasons for giving up. */
export const REASONS: readonly string[] = Object.keys(EXPLANATIONS);

/** Returns whether `value` is a reason for giving up. */
export function isReason(value: unknown): value is GiveUpReason {
  return typeof value === 'string' && REASONS.includes(value);
}

/** Returns a message with the expectation, at most 20 lines of recorded events, and advice if there is any. */
export function report(expectation: string, recorder: RetryRecorder): string {
  const lines = [...shorten(linesOf(recorder)), ...adviceFor(recorder)];
  return [expectation, '', ...lines.map((line) => `  ${line}`)].join('\n');
}

function linesOf({ retries, giveUps, recoveries }: RetryRecorder): string[] {
  return [
    ...retries.map(({ name, retryNum, causedBy }) => `${name}: retry ${retryNum}, after ${describe(causedBy)}`),
    ...recoveries.map(({ name, attempt }) => `${name}: recovered after ${count(attempt - 1, 'retry')}`),
    ...giveUps.map(lineOf),
  ];
}

function lineOf(details: GiveUpDetails): string {
  const { name, attempt, causedBy, reason } = details;
  const explanation = EXPLANATIONS[reason](details);
  return `${name}: gave up after ${count(attempt, 'attempt')} ('${reason}': ${explanation}) on ${describe(causedBy)}`;
}

/** Returns advice if nothing was recorded, or if nothing was retried because a call had only one attempt. */
function adviceFor({ retries, giveUps, recoveries }: RetryRecorder): string[] {
  if (retries.length + giveUps.length + recoveries.length === 0) {
    return ['Nothing was recorded: retrying is off, or no call failed with an error that its `on` matches.'];
  }
  if (retries.length === 0 && giveUps.some(({ attempts }) => attempts === 1)) {
    return ['Test mode allows one attempt by default: withTesting({ attempts: 3 }, …) allows more.'];
  }
  return [];
}

const MOST_LINES = 20;

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES / 2), `… ${lines.length - MOST_LINES} more …`, ...lines.slice(-MOST_LINES / 2)];
}

function describe(error: unknown): string {
  const { name, message } = (error ?? {}) as Partial<Error>;
  if (typeof name !== 'string' || typeof message !== 'string') return show(error);
  // Most error classes do not set `name`, so that it is `Error`. The name of the class says more.
  const called = name === 'Error' ? ((error as Error).constructor?.name ?? name) : name;
  return `${called}: ${message.split('\n', 1)[0]}`;
}

/** Returns a number with its noun, such as `1 retry` or `2 retries`. */
export function count(number: number, noun: 'retry' | 'attempt'): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun === 'retry' ? 'retries' : 'attempts'}`;
}
