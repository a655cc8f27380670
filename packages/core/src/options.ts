import type { RetryBudget } from './budget.ts';
import type { OnGiveUp, OnRecover, OnRetry } from './details.ts';
import { checkMs, type Duration } from './duration.ts';
import {
  type Check,
  checkAttempts,
  checkBoolean,
  checkFunction,
  checkKeys,
  checkRange,
  checkString,
  checkThat,
  invalid,
  resolveOptions,
} from './invalid.ts';
import { type BackoffHook, type ErrorClass, toHook } from './match.ts';

/** How to retry. Times are milliseconds or a `Duration`; `undefined` stands for the default. */
export interface RetryOptions {
  /** What to retry: an error class, a backoff hook, or an array of both, of which the first answer that is not `false` counts. */
  on: ErrorClass | BackoffHook | readonly (ErrorClass | BackoffHook)[];
  /** Most attempts in all, the first included: an integer ≥ 1, or Infinity. Default 10. */
  attempts?: number | undefined;
  /** How long retrying may go on since the first attempt began: > 0, or Infinity. It interrupts no attempt that runs. Default 45 000. */
  timeout?: number | Duration | undefined;
  /** Lower bound of the first backoff, ≥ 0. Default 100. */
  waitInitial?: number | Duration | undefined;
  /** No computed backoff is longer, ≥ 0. Default 5 000. */
  waitMax?: number | Duration | undefined;
  /** Width of the random part, ≥ 0. Default 1 000. */
  waitJitter?: number | Duration | undefined;
  /** Growth per retry, ≥ 1. Default 2. */
  waitExpBase?: number | undefined;
  /** What hooks, logs and metrics call it. Default: the function's name, `Class.method` for methods. */
  name?: string | undefined;
  /** Aborting ends a wait at once and rejects with `signal.reason`. Not for decorators. */
  signal?: AbortSignal | undefined;
  /** Aborts `attempt.signal` after this long, > 0. Only where the signal reaches the code: `run` and the loop. */
  attemptTimeout?: number | Duration | undefined;
  /** Limits retries over many calls. */
  budget?: RetryBudget | undefined;
  /** A waiting retry does not keep the process alive. Default false. */
  unref?: boolean | undefined;
  /** Is given what an attempt threw once a retry is certain, before hooks and the wait: lets go of what it holds. Not awaited; what it throws ends the call. */
  discard?: ((error: unknown) => void) | undefined;
  /** Makes what hooks are told, as `causedBy` and `errors`, of what was thrown. Asked only where somebody listens. Default: the same. */
  causeOf?: ((error: unknown) => unknown) | undefined;
  /** Is told of each retry of this policy. */
  onRetry?: OnRetry | undefined;
  /** Is told when a call of this policy gives up. */
  onGiveUp?: OnGiveUp | undefined;
  /** Is told when a retried call of this policy succeeded. */
  onRecover?: OnRecover | undefined;
}

/** What one call of `run` has of its own. */
export interface RunOptions {
  /** Aborts this call, beside the policy's signal. */
  signal?: AbortSignal | undefined;
  /** What hooks, logs and metrics call it, instead of the policy's name. */
  name?: string | undefined;
  /** Judges what this call throws, instead of the policy's `on`. */
  on?: RetryOptions['on'] | undefined;
  /** Limits this call's retries, instead of the policy's budget. */
  budget?: RetryBudget | undefined;
}

/** Options once checked and resolved: the same names, all times in ms. */
export interface Policy {
  readonly on: BackoffHook;
  readonly attempts: number;
  readonly timeout: number;
  readonly waitInitial: number;
  readonly waitMax: number;
  readonly waitJitter: number;
  readonly waitExpBase: number;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly attemptTimeout: number;
  readonly budget: RetryBudget | undefined;
  readonly unref: boolean | undefined;
  readonly discard: RetryOptions['discard'];
  readonly causeOf: RetryOptions['causeOf'];
  readonly onRetry: OnRetry | undefined;
  readonly onGiveUp: OnGiveUp | undefined;
  readonly onRecover: OnRecover | undefined;
  /** The signals that abort a call: the policy's and the call's own. */
  readonly signals: readonly AbortSignal[];
  /** Whether retries wait: not in test mode. */
  readonly waits: boolean;
  /** Whether anyone is asked or told. */
  readonly active: boolean;
}

/** What stands for `undefined`, and what calls have beside their options: all of it, since objects of one shape are faster. */
const DEFAULTS: Omit<Policy, 'on'> & { on: undefined } = {
  on: undefined,
  attempts: 10,
  timeout: 45_000,
  waitInitial: 100,
  waitMax: 5_000,
  waitJitter: 1_000,
  waitExpBase: 2,
  name: undefined,
  signal: undefined,
  attemptTimeout: Infinity,
  budget: undefined,
  unref: undefined,
  discard: undefined,
  causeOf: undefined,
  onRetry: undefined,
  onGiveUp: undefined,
  onRecover: undefined,
  signals: [],
  waits: true,
  active: true,
};

type Checks = { readonly [Option in keyof RetryOptions]-?: Check<Policy[Option]> };

/** What one call may have instead of what its policy has. */
const CALL_CHECKS: Pick<Checks, keyof RunOptions> = {
  // By their shapes: polyfills, other realms and other copies of this package count.
  signal: checkThat(
    (value) =>
      typeof value?.aborted === 'boolean' &&
      typeof value.addEventListener === 'function' &&
      typeof value.removeEventListener === 'function',
    'an AbortSignal',
    'pass `controller.signal` or AbortSignal.timeout(ms)',
  ),
  name: checkString,
  on: toHook,
  budget: checkThat(
    (value) => typeof value?.deposit === 'function' && typeof value.withdraw === 'function',
    'a retry budget',
    'make one with retryBudget()',
  ),
};

/** The names of these. */
export const CALL_OPTIONS: readonly string[] = Object.keys(CALL_CHECKS);

const checkWait = checkMs((ms) => ms >= 0 && ms < Infinity, 'finite and at least 0', 'waits are in milliseconds');
const checkLimit = checkMs((ms) => ms > 0, 'greater than 0', 'use Infinity for no limit');

const CHECKS: Checks = {
  on: toHook,
  attempts: checkAttempts,
  timeout: checkLimit,
  waitInitial: checkWait,
  waitMax: checkWait,
  waitJitter: checkWait,
  waitExpBase: checkRange(
    (base) => base >= 1 && base < Infinity,
    'a finite number of at least 1',
    'use 1 for waits that do not grow',
  ),
  name: checkString,
  signal: CALL_CHECKS.signal,
  attemptTimeout: checkLimit,
  budget: CALL_CHECKS.budget,
  unref: checkBoolean,
  discard: checkFunction,
  causeOf: checkFunction,
  onRetry: checkFunction,
  onGiveUp: checkFunction,
  onRecover: checkFunction,
};

/** Checks options and fills in the defaults. TypeError or RangeError for what is not allowed. */
export function resolvePolicy(options: RetryOptions): Policy {
  const policy = resolveOptions<Writable<Policy>>(
    'retry options',
    options,
    CHECKS,
    DEFAULTS,
    'write retry({ on: HttpError })',
  );
  if (policy.signal) policy.signals = [policy.signal];
  if (!policy.on) toHook('on', undefined); // It has no default: this throws.
  if (policy.attempts === Infinity && policy.timeout === Infinity && !policy.signal) {
    throw new RangeError(
      '`attempts` and `timeout` must not both be Infinity without a `signal`: retrying would never stop; limit one of them, or give a signal',
    );
  }
  return policy;
}

/** The policy of one call, with what that call has of its own. Every such call pays for this: so it loops over no names. */
export function resolveCall(policy: Policy, own: RunOptions | undefined, usage: string): Policy {
  if (own === undefined) return policy;
  if (!isPlain(own)) checkCall(own, CALL_OPTIONS, usage);
  return withOwn(policy, own);
}

/** Whether there is nothing that `checkCall` could refuse, which takes several times as long to find out. */
function isPlain(own: RunOptions): boolean {
  if (typeof own !== 'object' || own === null || Array.isArray(own) || 'aborted' in own) return false;
  for (const key in own) {
    if (key !== 'signal' && key !== 'name' && key !== 'on' && key !== 'budget') return false;
  }
  return true;
}

/** Refuses what is no set of options for one call; `usage` shows how to give them. */
export function checkCall(own: RunOptions, known: readonly string[], usage: string): void {
  const what = `options of ${usage.split('(')[0]}`;
  const instead = `write ${usage}`;
  if ('aborted' in Object(own)) throw invalid(what, 'an object', own, instead);
  checkKeys(what, own, known, instead);
}

/** Checks each option of a call. */
export function withOwn(policy: Policy, { signal, name, on, budget }: RunOptions): Policy {
  const call: Writable<Policy> = { ...policy };
  if (name !== undefined) call.name = CALL_CHECKS.name('name', name);
  if (on !== undefined) call.on = CALL_CHECKS.on('on', on);
  if (budget !== undefined) call.budget = CALL_CHECKS.budget('budget', budget);
  if (signal !== undefined) call.signal = CALL_CHECKS.signal('signal', signal);
  if (call.signal !== policy.signal) call.signals = [...policy.signals, call.signal as AbortSignal];
  return call;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
