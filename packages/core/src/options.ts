import type { Backoff } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import type { OnGiveUp, OnRecover, OnRetry, RetryListener } from './details.ts';
import { checkMs, type Duration } from './duration.ts';
import { checkListener } from './hooks.ts';
import { checkKeys, checkNumber, checkType, wrongType } from './invalid.ts';
import { type BackoffHook, type ErrorClass, type Matcher, toMatcher } from './match.ts';
import { checkAttempts } from './state.ts';

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
  /** Is told of each retry of this policy. */
  onRetry?: OnRetry | undefined;
  /** Is told when a call of this policy gives up. */
  onGiveUp?: OnGiveUp | undefined;
  /** Is told when a retried call of this policy succeeded. */
  onRecover?: OnRecover | undefined;
}

/** Options once checked and resolved. */
export interface Policy extends Backoff {
  readonly match: Matcher;
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
  /** Whether retries wait: not in test mode. */
  readonly waits: boolean;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly budget: RetryBudget | undefined;
  readonly unref: boolean;
  readonly listener: RetryListener | undefined;
  /** Whether anyone is told: not while inactive. */
  readonly observable: boolean;
}

/** Every option, and what stands for `undefined`. */
const DEFAULTS: RetryOptions = {
  on: [],
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
  unref: false,
  onRetry: undefined,
  onGiveUp: undefined,
  onRecover: undefined,
};

/** Checks options and fills in the defaults. TypeError or RangeError for what is not allowed. */
export function resolvePolicy(options: RetryOptions): Policy {
  checkKeys('retry options', options, Object.keys(DEFAULTS), 'write retry({ on: HttpError })');
  const given: RetryOptions = { ...DEFAULTS };
  for (const [option, value] of Object.entries(options))
    if (value !== undefined) Object.assign(given, { [option]: value });
  const { name, signal, budget, unref, onRetry, onGiveUp, onRecover } = given;
  const listener = { onRetry, onGiveUp, onRecover };
  checkListener(listener);
  checkType('boolean', 'unref', unref);
  checkCall(given);
  const wait = (option: 'waitInitial' | 'waitMax' | 'waitJitter'): number =>
    checkMs(
      option,
      given[option],
      (ms) => ms >= 0 && ms < Infinity,
      'finite and at least 0',
      'waits are in milliseconds',
    );
  const limit = (option: 'timeout' | 'attemptTimeout'): number =>
    checkMs(option, given[option], (ms) => ms > 0, 'greater than 0', 'use Infinity for no limit');
  const policy: Policy = {
    match: toMatcher(options.on),
    attempts: checkAttempts(given.attempts),
    timeoutMs: limit('timeout'),
    attemptTimeoutMs: limit('attemptTimeout'),
    waitInitialMs: wait('waitInitial'),
    waitMaxMs: wait('waitMax'),
    waitJitterMs: wait('waitJitter'),
    waitExpBase: checkNumber(
      'waitExpBase',
      given.waitExpBase,
      (base) => base >= 1 && base < Infinity,
      'a finite number of at least 1',
      'use 1 for waits that do not grow',
    ),
    waits: true,
    name,
    signal,
    budget,
    unref: unref as boolean,
    listener: (onRetry ?? onGiveUp ?? onRecover) ? listener : undefined,
    observable: true,
  };
  if (policy.attempts === Infinity && policy.timeoutMs === Infinity && !signal) {
    throw new RangeError(
      '`attempts` and `timeout` must not both be Infinity without a `signal`: retrying would never stop; limit one of them, or give a signal',
    );
  }
  return policy;
}

/** What one call may have instead of what its policy has. */
export type OwnOptions = {
  readonly [Option in 'signal' | 'name' | 'on' | 'budget']?: RetryOptions[Option] | undefined;
};

/** The policy of one call of `run`, with what that call has of its own. */
export function resolveCall(policy: Policy, own: OwnOptions | undefined, known: readonly string[]): Policy {
  if (own === undefined) return policy;
  checkKeys('options of run', own, known, `write run(fn, { ${known[0]} })`);
  checkCall(own);
  const { name = policy.name, budget = policy.budget, on } = own;
  if (name === policy.name && budget === policy.budget && on === undefined) return policy;
  return { ...policy, name, budget, match: on === undefined ? policy.match : toMatcher(on) };
}

/** Refuses what is no name, signal or budget. */
function checkCall({ name, signal, budget }: Omit<OwnOptions, 'on'>): void {
  if (name !== undefined) checkType('string', 'name', name);
  if (
    signal !== undefined &&
    !(hasMethods(signal, ['addEventListener', 'removeEventListener']) && typeof signal.aborted === 'boolean')
  ) {
    throw wrongType('signal', 'an AbortSignal', signal, 'pass `controller.signal` or AbortSignal.timeout(ms)');
  }
  if (budget !== undefined && !hasMethods(budget, ['deposit', 'withdraw'])) {
    throw wrongType('budget', 'a retry budget', budget, 'make one with retryBudget()');
  }
}

function hasMethods(value: object | null, names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function');
}
