import { handleRejection, show } from '@stamina/validation';
import type { Decision } from '../decision/decide.ts';
import { emit, GIVE_UP, isEventObserved, RECOVER, RETRY, type RetryEvent, SETTLE } from '../events/hooks.ts';
import { warnOnce } from '../events/host.ts';
import type { CallDetails, GiveUpDetails, RetryDetails } from '../events/payloads.ts';
import type { Mutable } from '../policy/options.ts';
import { type GiveUp, shared } from '../process/shared.ts';
import { type Call, elapsedMs, errorsOf, NONE } from './call.ts';

/** Notifies hooks that the call succeeded. */
export function notifySucceeded(call: Call): void {
  if (call.failures > 0) notify(call, RECOVER);
  notify(call, SETTLE);
}

/** Lets a call count its attempts and its time as if it had just begun. Notifies hooks if it has recovered. */
export function restart(call: Call, startedAtMs: number | undefined): void {
  if (call.failures > 0) notify(call, RECOVER);
  Object.assign(call, { startedAtMs, failures: 0, waitedMs: 0, error: undefined, olderErrors: NONE, waits: NONE });
}

/** Warns once per process that two calls retry the same error, because that is seldom intended. */
export function warnOfNesting(call: Call, inner: GiveUp): void {
  warnOnce(shared, () => [
    `${nameOf(call)} retries an error with which a call inside it gave up after ${inner.attempts} attempts. ` +
      `Together they make up to ${inner.attempts} \u00d7 ${call.policy.attempts} = ${inner.attempts * call.policy.attempts}.`,
    `Give the outer policy \`nested: false\`, or \`nested: true\` if you mean it. The error is ${show(call.error)}`,
  ]);
}

/**
 * Notifies the listeners of an event.
 *
 * @param decision the wait before a retry in ms, or the reason for giving up; `undefined` after a success
 * @returns functions that dispose of what hooks returned, or `undefined` if nobody listens
 */
export function notify(call: Call, event: RetryEvent, decision?: Decision): (() => void)[] | undefined {
  const { policy } = call;
  if (!policy.active || !isEventObserved(event, policy)) return undefined;
  return emit(event, policy, Object.freeze(detailsOf(call, event, decision)));
}

/**
 * Makes the details of an event. Spreading conditional fields into the object would be shorter, but takes three times
 * as long.
 */
function detailsOf(call: Call, event: RetryEvent, decision: Decision | undefined): CallDetails {
  const { policy, failures, waitedMs } = call;
  const details: CallDetails & Mutable<Partial<RetryDetails & Omit<GiveUpDetails, 'reason'> & { reason: unknown }>> = {
    name: nameOf(call),
    args: call.args.length > 0 ? Object.freeze([...call.args]) : NONE,
    attempt: decision === undefined ? failures + 1 : failures,
    waitedSoFar: waitedMs,
    causedBy: failures > 0 ? reportOf(call, call.error) : undefined,
    attempts: policy.attempts,
    timeout: policy.timeout,
  };
  if (event === RETRY) {
    details.retryNum = failures;
    details.waitFor = decision as number;
    return details;
  }
  details.elapsed = elapsedMs(call.startedAtMs, waitedMs, policy.now());
  if (event === GIVE_UP || event === SETTLE) details.reason = decision;
  details.errors = failures > 0 ? Object.freeze(errorsOf(call).map((error) => reportOf(call, error))) : NONE;
  details.waits = call.waits;
  return details;
}

/**
 * Returns the error to report to hooks. If the form's `report` throws, returns that error, because reporting must never
 * end a call.
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

/** Returns the name of a call, or `anonymous` if it cannot be read, because reporting must never end a call. */
export function nameOf(call: Call): string {
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
