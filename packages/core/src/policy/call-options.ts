import { checkObject, invalid, memberOf, unknownOption } from '@stamina/validation';
import type { RetryBudget } from '../decision/budget.ts';
import type { Duration } from '../time/duration.ts';
import type { Mutable, Policy } from './options.ts';
import { isOwn, POLICY_OWNER, setOption } from './resolve.ts';

/** Options of one call of `run`. */
export interface RunOptions {
  /** Aborts this call. The policy's own `signal` still applies. */
  signal?: AbortSignal | undefined;
  /** The name of this call in hooks, logs and metrics, instead of the policy's. */
  name?: string | undefined;
  /** The deadline of this call, instead of the policy's. */
  deadline?: number | Duration | undefined;
}

/** Options of one call that a library begins. */
export interface BeginOptions extends RunOptions {
  /** The budget of this call, instead of the policy's. */
  budget?: RetryBudget | undefined;
}

/** Combines a policy with the options of one call. `undefined` stands for no options. */
type CallResolver = (policy: Policy, own: BeginOptions | undefined) => Policy;

/**
 * Makes a resolver for the calls of one function.
 *
 * @param names the options that the call may have
 * @param fn the name of the function that takes them, for messages
 * @param usage an example of a call, for messages
 */
function callResolver(names: readonly string[], fn: string, usage: string): CallResolver {
  const what = `options of ${fn}`;
  const instead = `write ${usage}`;
  return (policy, own) => {
    if (own === undefined) return policy;
    checkObject(what, own, instead);
    const call: Mutable<Policy> = { ...policy };
    let isEmpty = true;
    for (const name in own) {
      if (!isOwn(own, name)) continue;
      isEmpty = false;
      if (!names.includes(name)) throw unknownOption(what, name, names, [POLICY_OWNER]);
      setOption(call, name, own[name as keyof BeginOptions]);
    }
    // `run(fn, signal)` is a likely mistake. A signal has no keys of its own.
    if (isEmpty && memberOf(own, 'aborted') !== undefined) throw invalid(what, 'an object', own, instead);
    const { signal } = call;
    if (signal && signal !== policy.signal) call.signals = policy.signal ? [policy.signal, signal] : [signal];
    return call;
  };
}

/** Combines a policy with the options of one `run`. */
export const resolveRun: CallResolver = /* @__PURE__ */ callResolver(
  ['signal', 'name', 'deadline'],
  'run',
  'run(fn, { signal })',
);

/**
 * Does the same for a synchronous `run`. It takes no signal, because nothing can abort one while the thread is blocked.
 */
export const resolveRunSync: CallResolver = /* @__PURE__ */ callResolver(['name'], 'run', 'run(fn, { name })');

/** Does the same for a call of a library. */
export const resolveBegin: CallResolver = /* @__PURE__ */ callResolver(
  ['signal', 'name', 'deadline', 'budget'],
  'begin',
  'begin({ signal })',
);
