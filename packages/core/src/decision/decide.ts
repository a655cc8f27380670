import { type Backoff, backoffMs } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import type { Verdict } from './predicate.ts';

/**
 * The reason why a call gives up. If several apply, it is the first of these:
 *
 * - `aborted`: a signal was aborted
 * - `unmatched`: `on` does not match the error
 * - `stopped`: the signal `stop` was aborted
 * - `attempts`: no attempt is left
 * - `deadline`: the `deadline` was reached during an attempt, or the next attempt would start after it
 * - `timeout`: the next attempt would start after the `timeout`
 * - `budget`: the retry budget is empty
 */
export type GiveUpReason = 'aborted' | 'unmatched' | 'stopped' | 'attempts' | 'deadline' | 'timeout' | 'budget';

/** The wait before the next attempt in ms, or the reason why there is none. */
export type Decision = number | GiveUpReason;

/** The reasons that come from signals. */
export type Halt = 'aborted' | 'stopped';

/** The options that limit a call. Times are in ms. */
export interface Limits extends Backoff {
  readonly attempts: number;
  readonly timeout: number;
  readonly deadline: number;
  readonly budget: RetryBudget | undefined;
  /** False in test mode, where retries do not wait and only `attempts` limits them. */
  readonly waits: boolean;
  /** Draws a number evenly from [0, 1). */
  readonly random: () => number;
}

/**
 * Decides whether to retry a call, and when. Reasons are checked in their documented order. The budget comes last,
 * because checking it also charges it.
 *
 * @param failures the number of attempts that failed, including the last one
 * @param elapsedMs the time since the first attempt started
 * @param halt the reason that comes from signals, if there is one
 * @param verdict the checked answer of `on` for the last error
 */
export function decide(
  limits: Limits,
  failures: number,
  elapsedMs: number,
  halt: Halt | undefined,
  verdict: Verdict,
): Decision {
  if (halt === 'aborted') return halt;
  if (verdict === false) return 'unmatched';
  if (halt) return halt;
  if (failures >= limits.attempts) return 'attempts';
  const waitMs = limits.waits ? waitFor(limits, failures, verdict) : 0;
  if (limits.deadline - elapsedMs <= waitMs) return 'deadline';
  const attemptsOnly = onlyAttemptsLimit(limits);
  if (elapsedMs + waitMs > limits.timeout && !attemptsOnly) return 'timeout';
  if (typeof verdict === 'object' && !verdict.isCharged) return waitMs;
  return limits.budget?.withdraw() === false && !attemptsOnly ? 'budget' : waitMs;
}

/**
 * Decides at the end of a wait whether the retry may begin. Returns the reason to give up, or `undefined` if it may.
 */
export function decideAfterWait(limits: Limits, elapsedMs: number, halt: Halt | undefined): GiveUpReason | undefined {
  if (halt) return halt;
  if (limits.deadline - elapsedMs <= 0) return 'deadline';
  return elapsedMs > limits.timeout && !onlyAttemptsLimit(limits) ? 'timeout' : undefined;
}

/**
 * Returns whether only `attempts` limits the call, because a test has said how many attempts it makes. If that number
 * is infinite, the timeout and the budget still apply, because otherwise the call might never end.
 */
function onlyAttemptsLimit({ waits, attempts }: Limits): boolean {
  return !waits && attempts < Infinity;
}

/** Returns the wait that an answer of `on` requests, in ms. */
function waitFor(limits: Limits, failures: number, verdict: Exclude<Verdict, false>): number {
  if (typeof verdict === 'number') return verdict;
  return backoffMs(limits, failures, verdict === true ? 0 : verdict.atLeastMs, limits.random());
}
