import { backoffMs } from './backoff.ts';
import type { GiveUpReason } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';

/** Where a call stands when an attempt has failed. */
export interface Standing {
  /** Failed attempts so far, this one included. */
  readonly failures: number;
  readonly elapsedMs: number;
  readonly aborted: boolean;
}

/** How long to wait before the next attempt, in ms; or why there is none. */
export type Decision = number | GiveUpReason;

/** Decides whether to retry, and when. Reasons are checked in the order in which they are documented; a budget is charged last of all. */
export function decide(policy: Policy, { failures, elapsedMs, aborted }: Standing, verdict: Verdict, random: () => number): Decision {
  if (aborted) return 'aborted';
  if (verdict === false) return 'unmatched';
  if (failures >= policy.attempts) return 'attempts';
  const wait = !policy.waits ? 0 : verdict === true ? backoffMs(policy, failures, random()) : verdict;
  if (elapsedMs + wait > policy.timeoutMs) return 'timeout';
  if (policy.budget && !policy.budget.withdraw()) return 'budget';
  return wait;
}
