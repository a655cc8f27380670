import {
  type Check,
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkString,
  checkThat,
  hasMethods,
  isAtLeast,
  type OptionTable,
  type Owner,
  optionNames,
} from '@stamina/validation';
import { checkAttempts } from '../decision/attempts.ts';
import { BUDGET_NAMES, type RetryBudget } from '../decision/budget.ts';
import type { Limits } from '../decision/decide.ts';
import { type ErrorClass, invalidOn, type RetryPredicate, toPredicate } from '../decision/predicate.ts';
import type { OnGiveUp, OnRecover, OnRetry, OnSettle } from '../events/payloads.ts';
import { now, random } from '../time/clock.ts';
import { checkDuration, type Duration } from '../time/duration.ts';

/** Options of a retry policy. Times are milliseconds or a `Duration`. `undefined` means the default. */
export interface RetryOptions {
  /**
   * Selects the errors to retry: an error class, a predicate, or an array of these. In an array, the first answer that
   * is not `false` counts. A class never matches an `AbortError`.
   */
  on: ErrorClass | RetryPredicate | readonly (ErrorClass | RetryPredicate)[];
  /** The maximum number of attempts, including the first: an integer ≥ 1, or Infinity. Default 10. */
  attempts?: number | undefined;
  /**
   * No attempt starts once this much time has passed since the first attempt started: > 0, or Infinity. A call gives up
   * at once if the next wait would end later. A running attempt is not interrupted. Default 45 000.
   */
  timeout?: number | Duration | undefined;
  /** The lower bound of the wait before the first retry, ≥ 0. Default 100. */
  waitInitial?: number | Duration | undefined;
  /** The upper bound of each wait, ≥ 0. It does not limit waits that `on` returns. Default 5 000. */
  waitMax?: number | Duration | undefined;
  /** The width of the random part of each wait, ≥ 0. At most half of `waitMax` is used. Default 1 000. */
  waitJitter?: number | Duration | undefined;
  /** The factor by which waits grow with each retry, ≥ 1. Default 2. */
  waitExpBase?: number | undefined;
  /** The name of calls in hooks, logs and metrics. Default: the function's name, or `Class.method` for a method. */
  name?: string | undefined;
  /**
   * Aborting it ends a wait at once and aborts `attempt.signal`. The call then rejects with `signal.reason`, unless the
   * running attempt still succeeds. Not allowed for decorators.
   */
  signal?: AbortSignal | undefined;
  /**
   * Aborts `attempt.signal` once an attempt has taken this long, > 0. If the attempt then fails, it is retried,
   * whatever its error is. Has no effect unless `attempt.signal` is read. Not allowed for wrapped functions, for
   * methods and for synchronous code. Default: no limit.
   */
  attemptTimeout?: number | Duration | undefined;
  /** Limits the retries of many calls together. Default: no budget. */
  budget?: RetryBudget | undefined;
  /** Lets the process exit while a retry waits. Default false. */
  unref?: boolean | undefined;
  /** Called for each retry of this policy when it is scheduled, before the wait. */
  onRetry?: OnRetry | undefined;
  /** Called when a call of this policy gives up. */
  onGiveUp?: OnGiveUp | undefined;
  /** Called when a call of this policy succeeds after a retry. */
  onRecover?: OnRecover | undefined;
  /** Called when a call of this policy ends, even if its first attempt succeeds. */
  onSettle?: OnSettle | undefined;
}

/**
 * The type of an option after its check. An option that accepts a number may be a duration, which becomes a number of
 * ms. An option that accepts a class is `on`, which becomes one predicate.
 */
type Resolved<Type> = [number] extends [Type] ? number : [ErrorClass] extends [Type] ? RetryPredicate : Type;
/** A type whose fields can be changed. */
export type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };
type ResolvedOptions = { [Name in keyof RetryOptions]-?: Resolved<RetryOptions[Name]> };

/** The checked options, with all times in ms, and a few fields that calls need as well. */
export interface Policy extends Readonly<ResolvedOptions>, Limits {
  /** The signals that can abort a call: the policy's, and the call's own. */
  readonly signals: readonly AbortSignal[];
  /** False while retrying is switched off. Then `on` and hooks are not called. */
  readonly active: boolean;
  /** Returns the time in ms. */
  readonly now: () => number;
}

/**
 * Checks the methods, so that it also recognises polyfilled signals. It runs in each call that has a signal of its own,
 * so it avoids `hasMethods`, which is slower.
 */
function isSignal(value: any): boolean {
  return (
    typeof value?.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function'
  );
}

const checkWait = checkDuration(isAtLeast(0), 'finite and at least 0');
const checkLimit = checkDuration((ms) => ms > 0, 'greater than 0, or Infinity');
export const checkSignal: Check<AbortSignal> = checkThat(isSignal, 'an AbortSignal', 'such as `controller.signal`');
export const checkBudget: Check<RetryBudget> = checkThat(
  (value) => hasMethods(value, 'deposit', 'withdraw'),
  'a retry budget',
  'make one with retryBudget()',
);

const OPTIONS: OptionTable<Policy> = {
  on: { check: toPredicate },
  attempts: { default: 10, check: checkAttempts },
  timeout: { default: 45_000, check: checkLimit },
  waitInitial: { default: 100, check: checkWait },
  waitMax: { default: 5_000, check: checkWait },
  waitJitter: { default: 1_000, check: checkWait },
  waitExpBase: { default: 2, check: checkNumber(isAtLeast(1), 'a finite number of at least 1') },
  name: { check: checkString },
  signal: { check: checkSignal },
  attemptTimeout: { default: Infinity, check: checkLimit },
  budget: { check: checkBudget },
  unref: { check: checkBoolean },
  onRetry: { check: checkFunction },
  onGiveUp: { check: checkFunction },
  onRecover: { check: checkFunction },
  onSettle: { check: checkFunction },
  // The fields below have no check, so they are not options.
  signals: { default: [] },
  waits: { default: true },
  active: { default: true },
  now: { default: now },
  random: { default: random },
};

/** Used by functions that take other options, to say that an option belongs to the policy. */
export const POLICY_OWNER: Owner = {
  names: /* @__PURE__ */ optionNames(OPTIONS),
  place: 'the policy: write retry',
};

const BUDGET_OWNER: Owner = {
  names: BUDGET_NAMES,
  place: 'the budget: write retryBudget',
};

/**
 * Checks the options of a policy and fills in the defaults.
 *
 * @throws TypeError or RangeError for a value that is not allowed
 */
export function resolvePolicy(options: RetryOptions): Policy {
  return toPolicy('retry options', options, OPTIONS, 'write retry({ on: HttpError })');
}

/** Does the same for a library. It has no option `on`, because the library classifies each error itself. */
export function resolveLibraryPolicy(options: Omit<RetryOptions, 'on'>): Policy {
  const table = { ...OPTIONS, on: { default: () => false } };
  return toPolicy('options of libraryPolicy', options, table, 'write libraryPolicy({ attempts: 4 })');
}

function toPolicy(what: string, options: object, table: OptionTable<Policy>, instead: string): Policy {
  const policy: Mutable<Policy> = checkOptions(what, options, table, instead, [BUDGET_OWNER]);
  const { on, attempts, timeout, signal } = policy;
  if (!on) throw invalidOn('on', on);
  if (signal) policy.signals = [signal];
  else if (attempts === Infinity && timeout === Infinity) {
    throw new RangeError('`attempts` and `timeout` must not both be Infinity without a `signal`');
  }
  return policy;
}
