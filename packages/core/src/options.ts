import type { Backoff } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import { type Duration, toMs } from './duration.ts';
import { EVENTS, type OnGiveUp, type OnRecover, type OnRetry, type RetryEvent, type RetryListener } from './hooks.ts';
import { checkKeys, outOfRange, wrongType } from './invalid.ts';
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

const OPTIONS = [
  'on', 'attempts', 'timeout', 'waitInitial', 'waitMax', 'waitJitter', 'waitExpBase', 'name', 'signal',
  'attemptTimeout', 'budget', 'unref', 'onRetry', 'onGiveUp', 'onRecover',
];

/** Checks options and fills in the defaults. TypeError or RangeError for what is not allowed. */
export function resolvePolicy(options: RetryOptions): Policy {
  checkKeys('retry options', options, OPTIONS, 'write retry({ on: HttpError })');
  const { on, attempts = 10, timeout = 45_000, attemptTimeout = Infinity, waitExpBase = 2, name, signal, budget, unref = false } = options;
  checkAttempts(attempts);
  const policy: Policy = {
    match: toMatcher(on),
    attempts,
    timeoutMs: toLimit('timeout', timeout),
    attemptTimeoutMs: toLimit('attemptTimeout', attemptTimeout),
    waitInitialMs: toWait('waitInitial', options.waitInitial, 100),
    waitMaxMs: toWait('waitMax', options.waitMax, 5_000),
    waitJitterMs: toWait('waitJitter', options.waitJitter, 1_000),
    waitExpBase,
    waits: true,
    name,
    signal,
    budget,
    unref,
    listener: toListener(options),
    observable: true,
  };
  if (typeof waitExpBase !== 'number' || Number.isNaN(waitExpBase)) throw wrongType('waitExpBase', 'a finite number of at least 1', waitExpBase);
  if (waitExpBase < 1 || waitExpBase === Infinity) throw outOfRange('waitExpBase', 'a finite number of at least 1', waitExpBase, 'use 1 for waits that do not grow');
  checkName(name);
  checkSignal(signal);
  if (budget !== undefined && !(typeof budget?.deposit === 'function' && typeof budget.withdraw === 'function')) {
    throw wrongType('budget', 'a retry budget', budget, 'make one with retryBudget()');
  }
  if (typeof unref !== 'boolean') throw wrongType('unref', 'true or false', unref);
  if (attempts === Infinity && policy.timeoutMs === Infinity && !signal) {
    throw new RangeError('`attempts` and `timeout` must not both be Infinity without a `signal`: retrying would never stop; limit one of them, or give a signal');
  }
  return Object.freeze(policy);
}

export function checkName(name: unknown): void {
  if (name !== undefined && typeof name !== 'string') throw wrongType('name', 'a string', name);
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function') {
    throw wrongType('signal', 'an AbortSignal', signal, 'pass `controller.signal` or AbortSignal.timeout(ms)');
  }
}

function toLimit(name: string, value: number | Duration): number {
  const instead = 'use Infinity for no limit';
  const ms = toMs(name, value, instead);
  if (ms > 0) return ms;
  throw outOfRange(name, 'greater than 0', value, instead);
}

function toWait(name: string, value: number | Duration | undefined, otherwise: number): number {
  const ms = toMs(name, value === undefined ? otherwise : value);
  if (ms >= 0 && ms < Infinity) return ms;
  throw outOfRange(name, 'finite and at least 0', value, 'waits are in milliseconds');
}

function toListener(options: RetryOptions): RetryListener | undefined {
  const { onRetry, onGiveUp, onRecover } = options;
  const listener: RetryListener = { onRetry, onGiveUp, onRecover };
  let any = false;
  for (const event of Object.keys(EVENTS) as RetryEvent[]) {
    if (listener[event] === undefined) continue;
    if (typeof listener[event] !== 'function') throw wrongType(event, 'a function', listener[event]);
    any = true;
  }
  return any ? listener : undefined;
}
