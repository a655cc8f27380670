import { type Decision, decide, type GiveUpReason } from '../decision/decide.ts';
import { toVerdict, type Verdict } from '../decision/predicate.ts';
import { emit, GIVE_UP, isObserved, RECOVER, RETRY, type RetryEvent } from '../events/hooks.ts';
import type { CallDetails } from '../events/payloads.ts';
import type { Policy } from '../policy/options.ts';
import { abortedSignal } from './signals.ts';

/** Shared by all calls that have no arguments, or no older errors. */
export const NONE: readonly never[] = [];

const KEPT_ERRORS = 10;

/** The state of one call, made at its first failure. Asynchronous and synchronous calls share it, and all functions of this file. */
export interface Call {
  readonly policy: Policy;
  /** The time when the first attempt started, in ms; `undefined` if nothing needs it. */
  readonly startedAt: number | undefined;
  readonly form: Form;
  /** The function that is retried; for a library, its `RetryableCall`. */
  readonly callee: unknown;
  readonly thisArg: unknown;
  readonly args: ArrayLike<unknown>;
  failures: number;
  waitedMs: number;
  /** The error of the last attempt that failed. */
  error: unknown;
  /** The errors of the attempts before it. */
  olderErrors: readonly unknown[];
  /** Functions that dispose of what retry hooks returned; `undefined` if no hook was called. */
  disposals: readonly (() => void)[] | undefined;
}

/** The part of a failed call that differs between its forms, such as `run` and a wrapped function. */
export interface Form {
  /** Names a call whose policy does not. Called only if someone listens. */
  nameOf(call: Call): string;
  /** Decides about an error in place of the policy's `on`. */
  classify?(call: Call, error: unknown): unknown;
  /** Returns what hooks get in place of an error. */
  report?(call: Call, error: unknown): unknown;
  /** Frees what a failed attempt holds. Called once a retry is certain, before hooks and the wait. */
  discard?(call: Call, error: unknown): void;
}

/**
 * Returns the time since a call began, in ms. Under fake timers that leave the clock alone, the clock stands still while
 * waits pass, so the sum of the waits is the least that has elapsed.
 */
export function elapsedMs(startedAt: number | undefined, waitedMs: number, now: number): number {
  return startedAt === undefined ? waitedMs : Math.max(now - startedAt, waitedMs);
}

export function recordFailure(call: Call, error: unknown): void {
  if (call.failures++ > 0) call.olderErrors = errorsOf(call).slice(1 - KEPT_ERRORS);
  call.error = error;
}

function errorsOf({ olderErrors, error }: Call): unknown[] {
  return [...olderErrors, error];
}

/** Asks whether to retry after the last error. Throws what a predicate throws, and a TypeError for an answer that is not allowed. */
export function classify(call: Call): Verdict | Promise<Verdict> {
  const { policy, form, error } = call;
  if (!policy.active) return false;
  return toVerdict(form.classify ? form.classify(call, error) : policy.on(error), error);
}

/** Decides at the time `at`. Returns the wait, in ms, and notifies hooks of the retry; or throws what the call ends with. */
export function scheduleRetry(call: Call, verdict: Verdict, at: number): number {
  const { policy, failures, form } = call;
  const isAborted = abortedSignal(policy) !== undefined;
  const decision = decide(policy, failures, elapsedMs(call.startedAt, call.waitedMs, at), isAborted, verdict);
  if (typeof decision === 'string') {
    // Hooks hear only of calls that were to be retried: `on` matched this error or an earlier one.
    if (verdict !== false || failures > 1) notifyGaveUp(call, decision);
    throw endOf(call, decision);
  }
  form.discard?.(call, call.error);
  call.disposals = notify(call, RETRY, decision);
  call.waitedMs += decision;
  return decision;
}

/** Ends the wait. Throws what the call ends with, if the retry may no longer begin. */
export function endWait(call: Call): void {
  disposeOfHookResults(call);
  const { policy } = call;
  const reason = abortedSignal(policy)
    ? 'aborted'
    : elapsedMs(call.startedAt, call.waitedMs, policy.now()) > policy.timeout && 'timeout';
  if (!reason) return;
  notifyGaveUp(call, reason);
  throw endOf(call, reason);
}

export function disposeOfHookResults(call: Call): void {
  const { disposals } = call;
  call.disposals = undefined;
  disposals?.forEach((dispose) => dispose());
}

/** Notifies hooks that the call succeeded, if it ever failed. */
export function notifyRecovered(call: Call): void {
  if (call.failures > 0) notify(call, RECOVER);
}

function notifyGaveUp(call: Call, reason: GiveUpReason): void {
  notify(call, GIVE_UP, reason);
}

/** Returns what a call that gives up throws: its last error as it is, or the reason of the abort. */
function endOf(call: Call, reason: GiveUpReason): unknown {
  return reason === 'aborted' ? abortedSignal(call.policy)?.reason : call.error;
}

/** Notifies everyone who listens to an event. Returns functions that dispose of what hooks returned, if anyone listens. */
function notify(call: Call, event: RetryEvent, decision?: Decision): (() => void)[] | undefined {
  const { policy, failures, waitedMs } = call;
  if (!policy.active || !isObserved(event, policy)) return undefined;
  const details: CallDetails = {
    name: policy.name ?? call.form.nameOf(call),
    args: Object.freeze(Array.from(call.args)),
    attempt: event === RECOVER ? failures + 1 : failures,
    waitedSoFar: waitedMs,
    causedBy: reportOf(call, call.error),
    attempts: policy.attempts,
    timeout: policy.timeout,
    ...(event === RETRY
      ? { retryNum: failures, waitFor: decision }
      : { elapsed: elapsedMs(call.startedAt, waitedMs, policy.now()) }),
    ...(event === GIVE_UP && {
      reason: decision,
      errors: Object.freeze(errorsOf(call).map((error) => reportOf(call, error))),
    }),
  };
  return emit(event, policy, Object.freeze(details));
}

/** Returns the error to report to hooks. If `report` throws, reports that error instead, because reporting must never end a call. */
function reportOf(call: Call, error: unknown): unknown {
  try {
    return call.form.report ? call.form.report(call, error) : error;
  } catch (failure) {
    return failure;
  }
}

/** Names a call after its function. */
export function nameOfCallee({ callee }: Call): string {
  return (callee as { readonly name: string }).name || 'anonymous';
}
