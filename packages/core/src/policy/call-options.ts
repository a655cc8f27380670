import { checkKeys, checkString, invalid } from '@stamina/validation';
import type { RetryBudget } from '../decision/budget.ts';
import { checkBudget, checkSignal, type Mutable, POLICY_OWNER, type Policy } from './options.ts';

/** Options of one call of `run`. */
export interface RunOptions {
  /** Aborts this call. The policy's own signal still counts. */
  signal?: AbortSignal | undefined;
  /** The name of this call in hooks, logs and metrics, instead of the policy's. */
  name?: string | undefined;
}

/** Options of one call of a library. */
export interface BeginOptions extends RunOptions {
  /** Limits the retries of this call, instead of the policy's budget. */
  budget?: RetryBudget | undefined;
}

type CallResolver = (policy: Policy, own: BeginOptions | undefined) => Policy;

/**
 * Returns a function that resolves the policy of one call.
 *
 * @param names the options that such a call may have
 * @param fn the name of the function that takes them
 * @param usage an example of such a call
 */
function callResolver(names: readonly (keyof BeginOptions)[], fn: string, usage: string): CallResolver {
  const what = `options of ${fn}`;
  const instead = `write ${usage}`;
  const owners = [POLICY_OWNER];
  return (policy, own) => {
    if (own === undefined) return policy;
    // A signal has no options, and would pass for an object that leaves them all out.
    if ('aborted' in Object(own)) throw invalid(what, 'an object', own, instead);
    checkKeys(what, own, names, instead, owners);
    return withOwn(policy, own);
  };
}

function withOwn(policy: Policy, { signal, name, budget }: BeginOptions): Policy {
  const call: Mutable<Policy> = { ...policy };
  if (name !== undefined) call.name = checkString('name', name);
  if (budget !== undefined) call.budget = checkBudget('budget', budget);
  if (signal !== undefined) call.signals = [...policy.signals, checkSignal('signal', signal)];
  return call;
}

/** Resolves the policy of one `run`. */
export const resolveRun: CallResolver = /* @__PURE__ */ callResolver(['signal', 'name'], 'run', 'run(fn, { signal })');

/** Resolves the policy of one synchronous `run`, which could not hear of an abort while it blocks the thread. */
export const resolveRunSync: CallResolver = /* @__PURE__ */ callResolver(['name'], 'run', 'run(fn, { name })');

/** Resolves the policy of one call of a library. */
export const resolveBegin: CallResolver = /* @__PURE__ */ callResolver(
  ['signal', 'name', 'budget'],
  'begin',
  'begin({ signal })',
);
