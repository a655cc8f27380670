import { GIVE_UP, isObserved, RECOVER } from '../events/hooks.ts';
import type { Policy } from '../policy/options.ts';
import { currentSettings, type Mode, shared } from '../process/shared.ts';
import { abortedSignal } from './signals.ts';

/** A call that has begun. */
export interface Begun {
  /** The policy that holds for this call, changed by activation and test mode. */
  readonly policy: Policy;
  /** The time when the call began, in ms; `undefined` if nothing needs it. */
  readonly startedAt: number | undefined;
}

/**
 * Begins a call. Every form of call starts here, before its first attempt. Throws the reason of a signal that was aborted
 * before, and whatever the budget throws.
 *
 * Callers take the result apart at once. The engine then makes no object, because it inlines this function.
 *
 * @param mode activation and test mode, of the running code by default
 */
export function begin(given: Policy, mode: Mode | undefined = shared.mode && currentSettings().mode): Begun {
  const policy = mode === undefined ? given : applyMode(given, mode);
  const aborted = abortedSignal(policy);
  if (aborted) throw aborted.reason;
  policy.budget?.deposit();
  return { policy, startedAt: startTime(policy) };
}

/** Reads the clock only if a timeout or a listener needs to know when the first attempt started: it takes 40 to 50 ns. */
export function startTime(policy: Policy): number | undefined {
  const isNeeded = policy.timeout !== Infinity || isObserved(GIVE_UP, policy) || isObserved(RECOVER, policy);
  return isNeeded ? policy.now() : undefined;
}

/** Returns the policy as activation and test mode change it, so that nothing after this needs to know of them. */
function applyMode(policy: Policy, { active, testing }: Mode): Policy {
  if (!active) return { ...policy, attempts: 1, budget: undefined, active: false };
  if (!testing) return policy;
  const { attempts, cap } = testing;
  return { ...policy, waits: false, attempts: cap ? Math.min(policy.attempts, attempts) : attempts };
}
