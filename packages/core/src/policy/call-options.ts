import { checkObject, invalid, memberOf, unknownOption } from '@stamina/validation';
import type { RetryBudget } from '../decision/budget.ts';
import type { Duration } from '../time/duration.ts';
import type { Mutable, Policy, Terms } from './options.ts';
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

/**
 * Combines the options of one call with those of its policy. Without options of its own, the terms of a call are the
 * policy. Otherwise they stand beside it, because copying a whole policy takes a third of the time of a successful call.
 */
type CallResolver = (policy: Policy, own: BeginOptions | undefined) => Terms;

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
    const { signals, stop, name, deadline, budget } = policy;
    const terms: Mutable<Terms> & Partial<Mutable<Policy>> = {
      signals,
      stop,
      name,
      deadline,
      budget,
      signal: undefined,
    };
    let isEmpty = true;
    for (const option in own) {
      if (!isOwn(own, option)) continue;
      isEmpty = false;
      if (!names.includes(option)) throw unknownOption(what, option, names, [POLICY_OWNER]);
      setOption(terms, option, own[option as keyof BeginOptions]);
    }
    // `run(fn, signal)` is a likely mistake. A signal has no keys of its own.
    if (isEmpty && memberOf(own, 'aborted') !== undefined) throw invalid(what, 'an object', own, instead);
    const { signal } = terms;
    if (signal && signal !== policy.signal) terms.signals = policy.signal ? [policy.signal, signal] : [signal];
    return terms;
  };
}

/** Applies the terms of a call to its policy. A call that succeeds at once does not need this. */
export function applyTerms(policy: Policy, terms: Terms): Policy {
  const { signals, name, budget } = terms;
  return terms === policy ? policy : { ...policy, signals, name, budget };
}

/** Combines the options of one `run` with those of its policy. */
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
