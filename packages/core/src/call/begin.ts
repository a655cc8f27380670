/*
 * Begins calls. Every call runs these functions, so they are small, and rare cases have functions of their own. V8 inlines
 * at most 920 bytes of bytecode into one function, and calls the rest. That made a successful `run` a sixth slower.
 */

import { handleRejection } from '@stamina/validation';
import { isObserved } from '../events/hooks.ts';
import type { Policy, Terms } from '../policy/options.ts';
import { currentSettings, type Mode, shared } from '../process/shared.ts';
import { abortedSignal, reasonOf } from './signals.ts';

/** A call that has begun. */
export interface Begun {
  /** The policy of this call, after activation and test mode have changed it. */
  readonly policy: Policy;
  /** The terms of this call. The policy may lack them until `applyTerms` adds them. */
  readonly terms: Terms;
  /** The time when the call began, in ms, or `undefined` if nothing needs it. */
  readonly startedAtMs: number | undefined;
  /** The number of give-ups in the process when the call began. */
  readonly giveUpsBefore: number;
}

/**
 * Begins a call, right before its first attempt. A wrapped function does the same, but calls the three parts itself, as
 * `beginPolicy` explains.
 *
 * @param given the policy that the user made
 * @param terms the terms of the call. This checks the signals, applies the deadline, and deposits into the budget.
 *   `applyTerms` applies everything else, when an attempt has failed
 * @throws the reason of a signal that is already aborted, and any error of the budget
 */
export function begin(given: Policy, terms: Terms = given): Begun {
  const { deadline } = terms;
  const policy = beginPolicy(deadline === given.deadline ? given : { ...given, deadline }, terms);
  const startedAtMs = startTime(policy);
  if (policy.active) deposit(terms, startedAtMs);
  return { policy, terms, startedAtMs, giveUpsBefore: shared.giveUps };
}

/**
 * Does the first part of `begin`: applies the mode and checks the signals. A wrapped function calls all three parts
 * itself, because V8 does not always avoid allocating the object that `begin` returns.
 *
 * @returns the policy of this call
 * @throws the reason of a signal that is already aborted
 */
export function beginPolicy(given: Policy, terms: Terms): Policy {
  return shared.mode === undefined && terms.signals.length === 0 ? given : applySignalsAndMode(given, terms);
}

/** Does what `beginPolicy` does, for a call with signals, and for all calls after a mode was set. */
function applySignalsAndMode(given: Policy, terms: Terms): Policy {
  const aborted = abortedSignal(terms);
  if (aborted) throw reasonOf(aborted);
  const mode = shared.mode && currentSettings().mode;
  return mode === undefined ? given : applyMode(given, mode);
}

/**
 * Deposits into the budget of a call. Passes on the time when the call began, because reading a clock takes long. The
 * type of budgets does not show this parameter, because only those of `retryBudget` use it.
 */
export function deposit({ budget }: Terms, startedAtMs: number | undefined): void {
  if (budget) handleRejection((budget as { deposit(nowMs?: number): unknown }).deposit(startedAtMs));
}

/**
 * Returns the time when the first attempt starts, or `undefined` if no timeout or listener needs it. Reading the clock
 * takes 40 to 50 ns.
 */
export function startTime(policy: Policy): number | undefined {
  const isNeeded = policy.timeout !== Infinity || policy.deadline !== Infinity || isObserved(policy);
  return isNeeded ? policy.now() : undefined;
}

/** Applies activation and test mode to a policy, so that the rest of the call depends on its policy alone. */
function applyMode(policy: Policy, { active, testing }: Mode): Policy {
  if (!active) return { ...policy, attempts: 1, budget: undefined, active: false };
  if (!testing) return policy;
  const { attempts, cap } = testing;
  const count = cap ? Math.min(policy.attempts, attempts) : attempts;
  // If a test limits the attempts, no deadline ends the call sooner. Without a limit, the call may need the deadline.
  return { ...policy, waits: false, attempts: count, deadline: count < Infinity ? Infinity : policy.deadline };
}
