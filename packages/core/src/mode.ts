import type { Policy } from './options.ts';
import { shared } from './state.ts';

/**
 * The policy that holds for a call that begins now. What activation and test mode change is the policy itself, so
 * that nothing further down knows of them.
 */
export function effective(policy: Policy): Policy {
  return shared.mode === undefined ? policy : override(policy);
}

function override(policy: Policy): Policy {
  if (!shared.mode?.active) return { ...policy, attempts: 1, match: () => false, budget: undefined, observable: false };
  const { attempts, cap } = shared.mode.testing as { attempts: number; cap: boolean };
  return { ...policy, waits: false, attempts: cap ? Math.min(policy.attempts, attempts) : attempts };
}
