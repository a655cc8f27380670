import { handleRejection } from '@stamina/validation';
import { decide, decideAfterWait, type GiveUpReason } from '../decision/decide.ts';
import { toVerdict, type Verdict } from '../decision/predicate.ts';
import { GIVE_UP, isObserved, listeningSinceMs, RETRY, SETTLE } from '../events/hooks.ts';
import { giveUpAfter, rememberGiveUp } from '../process/give-ups.ts';
import { type Call, elapsedMs, recordFailure, recordWait } from './call.ts';
import { notify, warnOfNesting } from './notify.ts';
import { abortedSignal, haltOf, reasonOf } from './signals.ts';

/**
 * Calls `on`, or the form's `classify`, with the last error. An attempt that exceeded `attemptTimeout` is retried
 * without calling `on`.
 *
 * @throws any error of the predicate, and TypeError for an answer that is not allowed
 */
export function classify(call: Call, isTimedOut: boolean): Verdict | Promise<Verdict> {
  const { policy, form, error } = call;
  if (!policy.active) return false;
  if (form.classify) return toVerdict(form.classify(call, error, isTimedOut), error);
  return isTimedOut || toVerdict(policy.on(error), error);
}

/**
 * Decides whether to retry. Before a retry, frees what the failed attempt holds, and notifies hooks.
 *
 * @param nowMs the current time, in ms
 * @returns the wait before the retry, in ms
 * @throws the error that the call ends with, if it is not retried
 */
export function scheduleRetry(call: Call, verdict: Verdict, nowMs: number): number {
  const { policy, failures, form } = call;
  // If a hook was added after the call began, the time of its beginning is not known. It was before the hook was added.
  call.startedAtMs ??= Math.min(listeningSinceMs() ?? nowMs, nowMs);
  // If a call inside this attempt gave up with the same error, a retry would multiply the attempts of both.
  const inner = verdict === false ? undefined : giveUpAfter(call.giveUpsBefore, call.error);
  if (inner && policy.nested === false) verdict = false;
  const decision = decide(policy, failures, elapsedMs(call.startedAtMs, call.waitedMs, nowMs), haltOf(policy), verdict);
  if (typeof decision === 'string') {
    // `onGiveUp` is called only if `on` matched this error or an earlier one.
    throw giveUp(call, decision, verdict !== false || failures > 1);
  }
  if (inner && policy.nested === undefined) warnOfNesting(call, inner);
  handleRejection(form.discard?.(call, call.error));
  if (isObserved(policy)) {
    call.disposals = notify(call, RETRY, decision);
    recordWait(call, decision);
  }
  call.waitedMs += decision;
  return decision;
}

/**
 * Ends the wait.
 *
 * @throws the error that the call ends with, if it was aborted or stopped, or if its timeout or its deadline has passed
 */
export function endWait(call: Call): void {
  disposeOfHookResults(call);
  const { policy } = call;
  const elapsed = elapsedMs(call.startedAtMs, call.waitedMs, policy.now());
  const reason = decideAfterWait(policy, elapsed, haltOf(policy));
  if (reason) throw giveUp(call, reason);
}

/** Disposes of what retry hooks returned, the newest first. */
export function disposeOfHookResults(call: Call): void {
  const { disposals } = call;
  call.disposals = undefined;
  disposals?.reverse().forEach((dispose) => dispose());
}

/**
 * Gives up at the deadline. The attempt that was interrupted counts as failed with `error`, which `startDeadline` made.
 * Returns the error that the call throws.
 */
export function giveUpAtDeadline(call: Call, error: Error): unknown {
  recordFailure(call, error);
  return giveUp(call, abortedSignal(call.policy) ? 'aborted' : 'deadline');
}

/**
 * Notifies hooks. Returns the error that the call throws. It is the last error, unchanged, or the reason of the abort.
 */
function giveUp(call: Call, reason: GiveUpReason, isMatched = true): unknown {
  const { policy, error, failures } = call;
  if (isMatched) notify(call, GIVE_UP, reason);
  notify(call, SETTLE, reason);
  if (reason === 'aborted') return reasonOf(abortedSignal(policy) as AbortSignal);
  if (reason !== 'unmatched') rememberGiveUp(error, failures, policy.attempts > 1);
  return error;
}
