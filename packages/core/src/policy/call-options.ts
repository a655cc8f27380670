import { checkObject, invalid, isOwn, memberOf, unknownOption } from '@stamina/validation';
import type { RetryBudget } from '../decision/budget.ts';
import type { Duration } from '../time/duration.ts';
import type { Mutable, Policy, Terms } from './options.ts';
import { POLICY_OWNER, setOption } from './resolve.ts';

/** Options of one call of `run`. */
export interface RunOptions {
  /** Aborts this call. The policy's own `signal`, if there is one, also aborts it. */
  signal?: AbortSignal | undefined;
  /** The name of this call in hooks, logs and metrics, instead of the policy's. */
  name?: string | undefined;
  /**
   * The deadline of this call, instead of the policy's: > 0, in ms or as a `Duration`, or Infinity for none. See
   * `RetryOptions`.
   */
  deadline?: number | Duration | undefined;
}

/** Options of one call that a library begins. */
export interface BeginOptions extends RunOptions {
  /** The budget of this call, instead of the policy's. */
  budget?: RetryBudget | undefined;
}

/** The options that one function takes for a call. */
interface CallOptions {
  readonly names: readonly string[];
  /** The name of the options in messages. */
  readonly what: string;
  /** Shows how to call the function, in messages. */
  readonly instead: string;
}

export const RUN_OPTIONS: CallOptions = {
  names: ['signal', 'name', 'deadline'],
  what: 'options of run',
  instead: 'write run(fn, { signal })',
};

/** There is no `signal`, because nothing can abort a signal while the thread is blocked. */
export const RUN_SYNC_OPTIONS: CallOptions = {
  names: ['name'],
  what: 'options of run',
  instead: 'write run(fn, { name })',
};

export const BEGIN_OPTIONS: CallOptions = {
  names: ['signal', 'name', 'deadline', 'budget'],
  what: 'options of begin',
  instead: 'write begin({ signal })',
};

/**
 * Combines the options of one call with those of its policy.
 *
 * A call without options of its own uses its policy as its terms. For any other call, this makes a small object with
 * nothing but the terms. Copying the whole policy instead would take a third of the time of a successful call.
 *
 * @param own the options of the call, unchecked, or `undefined`
 * @throws TypeError or RangeError for an option that is not allowed
 */
export function resolveTerms(policy: Policy, own: BeginOptions | undefined, allowed: CallOptions): Terms {
  return own === undefined ? policy : combineTerms(policy, own, allowed);
}

function combineTerms(policy: Policy, own: BeginOptions, { names, what, instead }: CallOptions): Terms {
  checkObject(what, own, instead);
  const { signals, stop, name, deadline, budget } = policy;
  const terms: Mutable<Terms> & Partial<Mutable<Policy>> = { signals, stop, name, deadline, budget, signal: undefined };
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
  if (signal) terms.signals = policy.signal ? [policy.signal, signal] : [signal];
  return terms;
}

/**
 * Returns the policy of a call, with its terms in it. Most calls that succeed at once do not need it. The deadline is
 * already in `policy`, because `begin` applies it.
 */
export function applyTerms(policy: Policy, terms: Terms): Policy {
  const { signals, name, budget } = terms;
  return terms === policy ? policy : { ...policy, signals, name, budget };
}
