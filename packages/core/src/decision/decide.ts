import { type Backoff, backoffMs } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import type { Verdict } from './predicate.ts';

/** Why a call gives up: the first of these that holds. */
export type GiveUpReason = 'aborted' | 'unmatched' | 'attempts' | 'timeout' | 'budget';

/** The wait before the next attempt, in ms; or the reason why there is none. */
export type Decision = number | GiveUpReason;

/** The options that limit a call. Times are in ms. */
export interface Limits extends Backoff {
  readonly attempts: number;
  readonly timeout: number;
  readonly budget: RetryBudget | undefined;
  /** False where retries do not wait, as in test mode. */
  readonly waits: boolean;
  /** Draws a number evenly from [0, 1). */
  readonly random: () => number;
}

/**
 * Decides, after `failures` attempts have failed, whether to retry and when. Reasons are checked in their documented
 * order. The budget comes last, because it is charged only for a retry that will be scheduled.
 */
export function decide(
  limits: Limits,
  failures: number,
  elapsedMs: number,
  isAborted: boolean,
  verdict: Verdict,
): Decision {
  if (isAborted) return 'aborted';
  if (verdict === false) return 'unmatched';
  if (failures >= limits.attempts) return 'attempts';
  const waitMs = limits.waits ? waitFor(limits, failures, verdict) : 0;
  if (elapsedMs + waitMs > limits.timeout) return 'timeout';
  return limits.budget?.withdraw() === false ? 'budget' : waitMs;
}

function waitFor(limits: Limits, failures: number, verdict: Exclude<Verdict, false>): number {
  if (typeof verdict === 'number') return verdict;
  return backoffMs(limits, failures, verdict === true ? 0 : verdict.atLeastMs, limits.random());
}
