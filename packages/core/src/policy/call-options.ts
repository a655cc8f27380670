import { checkKeys, checkString, invalid, memberOf } from '@stamina/validation';
import type { RetryBudget } from '../decision/budget.ts';
import { checkBudget, checkSignal, type Mutable, POLICY_OWNER, type Policy } from './options.ts';

/** Options of one call of `run`. */
export interface RunOptions {
  /** Aborts this call. The policy's own `signal` still applies. */
  signal?: AbortSignal | undefined;
  /** The name of this call in hooks, logs and metrics, instead of the policy's. */
  name?: string | undefined;
}

/** Options of one call that a library begins. */
export interface BeginOptions extends RunOptions {
  /** The budget of this call, instead of the policy's. */
  budget?: RetryBudget | undefined;
}

type CallResolver = (policy: Policy, own: BeginOptions | undefined) => Policy;

/**
 * Returns a function that combines a policy with the options of one call.
 *
 * @param names the options that the call may have
 * @param fn the name of the function that takes them, for messages
 * @param usage an example of a call, for messages
 */
function callResolver(names: readonly (keyof BeginOptions)[], fn: string, usage: string): CallResolver {
  const what = `options of ${fn}`;
  const instead = `write ${usage}`;
  const owners = [POLICY_OWNER];
  return (policy, own) => {
    if (own === undefined) return policy;
    // `run(fn, signal)` is a likely mistake. A signal has no keys of its own, so `checkKeys` would accept it.
    if (memberOf(own, 'aborted') !== undefined) throw invalid(what, 'an object', own, instead);
    checkKeys(what, own, names, instead, owners);
    return withOwn(policy, own);
  };
}

function withOwn(policy: Policy, own: BeginOptions): Policy {
  const signal: unknown = memberOf(own, 'signal');
  const name: unknown = memberOf(own, 'name');
  const budget: unknown = memberOf(own, 'budget');
  const call: Mutable<Policy> = { ...policy };
  if (name !== undefined) call.name = checkString('name', name);
  if (budget !== undefined) call.budget = checkBudget('budget', budget);
  if (signal !== undefined) call.signals = [...policy.signals, checkSignal('signal', signal)];
  return call;
}

/** Combines a policy with the options of one `run`. */
export const resolveRun: CallResolver = /* @__PURE__ */ callResolver(['signal', 'name'], 'run', 'run(fn, { signal })');

/**
 * Does the same for a synchronous `run`. It takes no signal, because nothing can abort one while the thread is blocked.
 */
export const resolveRunSync: CallResolver = /* @__PURE__ */ callResolver(['name'], 'run', 'run(fn, { name })');

/** Does the same for a call of a library. */
export const resolveBegin: CallResolver = /* @__PURE__ */ callResolver(
  ['signal', 'name', 'budget'],
  'begin',
  'begin({ signal })',
);
