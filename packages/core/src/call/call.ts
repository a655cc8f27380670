import { handleRejection } from '@stamina/validation';
import { type Decision, decide, decideAfterWait, type GiveUpReason } from '../decision/decide.ts';
import { toVerdict, type Verdict } from '../decision/predicate.ts';
import {
  emit,
  GIVE_UP,
  isObserved,
  listeningSinceMs,
  RECOVER,
  RETRY,
  type RetryEvent,
  SETTLE,
} from '../events/hooks.ts';
import type { CallDetails } from '../events/payloads.ts';
import type { Policy } from '../policy/options.ts';
import { abortedSignal, reasonOf } from './signals.ts';

/** The empty list that all calls without arguments, or without older errors, share. */
export const NONE: readonly never[] = [];

/** The number of errors that are kept for `onGiveUp`, including the last one. */
const KEPT_ERRORS = 10;

/** The state of one call, asynchronous or synchronous. The functions of this file work on it. */
export interface Call {
  readonly policy: Policy;
  /**
   * The time when the first attempt started, in ms, or `undefined` if nothing needed it then. `scheduleRetry` replaces
   * `undefined` by its best estimate.
   */
  startedAtMs: number | undefined;
  readonly form: Form;
  /** The function that is retried, or the `RetryableCall` of a library. */
  readonly callee: unknown;
  readonly thisArg: unknown;
  readonly args: ArrayLike<unknown>;
  failures: number;
  waitedMs: number;
  /** The error of the last attempt that failed. */
  error: unknown;
  /** The errors of earlier attempts, the oldest first. Only the newest ones are kept. */
  olderErrors: readonly unknown[];
  /** Functions that dispose of what retry hooks returned, or `undefined` if no hook was called. */
  disposals: (() => void)[] | undefined;
}

/** The part of a call that differs between its forms, such as `run` and a wrapped function. */
export interface Form {
  /** Returns the name of a call whose policy has none. Called only if someone listens. */
  nameOf(call: Call): string;
  /** Returns the answer for an error, in place of the policy's `on`. */
  classify?(call: Call, error: unknown, isTimedOut: boolean): unknown;
  /** Returns what to report to hooks in place of an error. */
  report?(call: Call, error: unknown): unknown;
  /** Frees what a failed attempt holds. Called when a retry is certain, before hooks are called and the wait begins. */
  discard?(call: Call, error: unknown): unknown;
}

/**
 * Returns the time since a call began, in ms. Returns at least the sum of its waits, because some fake timers fire
 * without moving the clock, and because a mocked clock may return anything.
 */
export function elapsedMs(startedAtMs: number | undefined, waitedMs: number, now: number): number {
  return startedAtMs === undefined ? waitedMs : Math.max(now - startedAtMs || 0, waitedMs);
}

export function recordFailure(call: Call, error: unknown): void {
  if (call.failures++ > 0) call.olderErrors = [...call.olderErrors, call.error].slice(1 - KEPT_ERRORS);
  call.error = error;
}

/** Lets a call count its attempts and its time as if it had just begun. */
export function restart(call: Call, startedAtMs: number | undefined): void {
  if (call.failures > 0) notify(call, RECOVER);
  Object.assign(call, { startedAtMs, failures: 0, waitedMs: 0, error: undefined, olderErrors: NONE });
}

/**
 * Calls `on`, or the form's `classify`, with the last error. An attempt that exceeded `attemptTimeout` is retried without
 * calling `on`.
 *
 * @throws what the predicate throws, and TypeError for an answer that is not allowed
 */
export function classify(call: Call, isTimedOut: boolean): Verdict | Promise<Verdict> {
  const { policy, form, error } = call;
  if (!policy.active) return false;
  if (form.classify) return toVerdict(form.classify(call, error, isTimedOut), error);
  return isTimedOut || toVerdict(policy.on(error), error);
}

/**
 * Decides whether to retry, and notifies hooks of the decision.
 *
 * @param at the current time, in ms
 * @returns the wait before the retry, in ms
 * @throws what the call ends with, if it is not retried
 */
export function scheduleRetry(call: Call, verdict: Verdict, nowMs: number): number {
  const { policy, failures, form } = call;
  // If a hook was added after the call began, the time of its beginning is not known. It was before the hook was added.
  call.startedAtMs ??= Math.min(listeningSinceMs() ?? nowMs, nowMs);
  const isAborted = abortedSignal(policy) !== undefined;
  const decision = decide(policy, failures, elapsedMs(call.startedAtMs, call.waitedMs, nowMs), isAborted, verdict);
  if (typeof decision === 'string') {
    // A call gives up only if `on` matched this error or an earlier one.
    throw giveUp(call, decision, verdict !== false || failures > 1);
  }
  handleRejection(form.discard?.(call, call.error));
  call.disposals = notify(call, RETRY, decision);
  call.waitedMs += decision;
  return decision;
}

/** Ends the wait. Throws what the call ends with if it was aborted, or if its timeout has passed. */
export function endWait(call: Call): void {
  disposeOfHookResults(call);
  const { policy } = call;
  const elapsed = elapsedMs(call.startedAtMs, call.waitedMs, policy.now());
  const reason = decideAfterWait(policy, elapsed, abortedSignal(policy) !== undefined);
  if (reason) throw giveUp(call, reason);
}

export function disposeOfHookResults(call: Call): void {
  const { disposals } = call;
  call.disposals = undefined;
  disposals?.reverse().forEach((dispose) => dispose());
}

/** Notifies hooks that the call succeeded. */
export function notifySucceeded(call: Call): void {
  if (call.failures > 0) notify(call, RECOVER);
  notify(call, SETTLE);
}

/**
 * Gives up because of an error of `startDeadline`. The attempt that was interrupted counts as failed with that error.
 * Returns what the call throws.
 */
export function giveUpAtDeadline(call: Call, error: Error): unknown {
  recordFailure(call, error);
  return giveUp(call, abortedSignal(call.policy) ? 'aborted' : 'deadline');
}

/** Notifies hooks. Returns what the call throws: its last error, unchanged, or the reason of the abort. */
function giveUp(call: Call, reason: GiveUpReason, isMatched = true): unknown {
  if (isMatched) notify(call, GIVE_UP, reason);
  notify(call, SETTLE, reason);
  return reason === 'aborted' ? reasonOf(abortedSignal(call.policy) as AbortSignal) : call.error;
}

/**
 * Notifies the listeners of an event.
 *
 * @param decision the wait before a retry in ms, or the reason for giving up; `undefined` after a success
 * @returns functions that dispose of what hooks returned, or `undefined` if nobody listens
 */
function notify(call: Call, event: RetryEvent, decision?: Decision): (() => void)[] | undefined {
  const { policy } = call;
  if (!policy.active || !isObserved(event, policy)) return undefined;
  return emit(event, policy, Object.freeze(detailsOf(call, event, decision)));
}

function detailsOf(call: Call, event: RetryEvent, decision: Decision | undefined): CallDetails {
  const { policy, failures, waitedMs } = call;
  return {
    name: nameOf(call),
    args: Object.freeze(Array.from(call.args)),
    attempt: event !== RETRY && decision === undefined ? failures + 1 : failures,
    waitedSoFar: waitedMs,
    causedBy: failures > 0 ? reportOf(call, call.error) : undefined,
    attempts: policy.attempts,
    timeout: policy.timeout,
    ...(event === RETRY
      ? { retryNum: failures, waitFor: decision }
      : { elapsed: elapsedMs(call.startedAtMs, waitedMs, policy.now()) }),
    ...(event === SETTLE && { reason: decision }),
    ...(event === GIVE_UP && {
      reason: decision,
      errors: Object.freeze([...call.olderErrors, call.error].map((error) => reportOf(call, error))),
    }),
  };
}

/**
 * Returns the error to report to hooks. If `report` throws, this is the error that it throws, because reporting must
 * never end a call.
 */
export function reportOf(call: Call, error: unknown): unknown {
  if (!call.form.report) return error;
  try {
    const reported = call.form.report(call, error);
    handleRejection(reported);
    return reported;
  } catch (failure) {
    return failure;
  }
}

/** Returns the name of a call. If it cannot be read, returns another, because reporting must never end a call. */
function nameOf(call: Call): string {
  try {
    const name: unknown = call.policy.name ?? call.form.nameOf(call);
    if (typeof name === 'string') return name;
  } catch {
    // A getter or a proxy threw.
  }
  return 'anonymous';
}

/** Names a call after its function. */
export function nameOfCallee({ callee }: Call): string {
  return (callee as { readonly name: string }).name || 'anonymous';
}
