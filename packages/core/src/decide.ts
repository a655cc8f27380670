import { backoffMs } from './backoff.ts';
import type { GiveUpReason } from './details.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';

/** How long to wait before the next attempt, in ms; or why there is none. */
export type Decision = number | GiveUpReason;

/**
 * Decides, after `failures` attempts have failed, whether to retry, and when; `random` draws from [0, 1). Reasons are
 * checked in the order in which they are documented; a budget is charged last of all, and only for a retry that will
 * be scheduled.
 */
export function decide(
  policy: Policy,
  failures: number,
  elapsedMs: number,
  aborted: boolean,
  verdict: Verdict,
  random: () => number,
): Decision {
  if (aborted) return 'aborted';
  if (verdict === false) return 'unmatched';
  if (failures >= policy.attempts) return 'attempts';
  const waitMs = policy.waits ? waitFor(policy, failures, verdict, random) : 0;
  if (elapsedMs + waitMs > policy.timeout) return 'timeout';
  return policy.budget?.withdraw() === false ? 'budget' : waitMs;
}

function waitFor(policy: Policy, failures: number, verdict: Exclude<Verdict, false>, random: () => number): number {
  if (typeof verdict === 'number') return verdict;
  return backoffMs(policy, failures, verdict === true ? 0 : verdict.atLeastMs, random());
}
