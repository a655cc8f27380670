import { abortedSignal } from './abort.ts';
import { elapsedMs, random } from './clock.ts';
import { type Decision, decide } from './decide.ts';
import type { GiveUpReason } from './details.ts';
import { emit, GIVE_UP, isObserved, RECOVER, RETRY, type RetryEvent } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';

/** Names a call whose policy does not; asked only when somebody wants to know. */
export type NameOf = (self: unknown) => string;

/** What a function is called. */
export function nameOf(fn: unknown): string {
  return (fn as { readonly name: string }).name || 'anonymous';
}

/** The state of one call, made at its first failure. What is decided and told of it is the same for every driver. */
export interface Execution {
  readonly policy: Policy;
  /** The signal of this call alone, beside the policy's. */
  readonly signal: AbortSignal | undefined;
  readonly startedAt: number;
  readonly name: NameOf;
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  failures: number;
  waitedMs: number;
  /** What the newest attempt threw. */
  error: unknown;
  /** What the attempts before it threw, the newest of them. */
  older: readonly unknown[] | undefined;
  /** How to dispose of what retry hooks returned; `undefined` where nobody was told. */
  disposals: readonly (() => void)[] | undefined;
}

const KEPT_ERRORS = 10;

/** Notes what an attempt threw, and asks whether that is to be retried. What a backoff hook throws is thrown. */
export function judge(execution: Execution, error: unknown, timedOut = false): Verdict | Promise<Verdict> {
  if (execution.failures++ > 0) {
    execution.older = [...(execution.older ?? []), execution.error].slice(1 - KEPT_ERRORS);
  }
  execution.error = error;
  return timedOut || execution.policy.match(error);
}

/** Decides at the time `at`, and tells: how long to wait, or why not. */
export function conclude(execution: Execution, verdict: Verdict, at: number): Decision {
  const { policy, failures } = execution;
  const aborted = abortedSignal(execution) !== undefined;
  const decision = decide(policy, failures, elapsedMs(execution, at), aborted, verdict, random);
  if (typeof decision === 'string') {
    // An earlier failure was retried, and so it had matched.
    if (verdict !== false || failures > 1) tellGivingUp(execution, decision);
    return decision;
  }
  execution.disposals = tell(execution, RETRY, decision);
  execution.waitedMs += decision;
  return decision;
}

/** Ends the wait: `undefined`, or why the retry may not begin after all. */
export function resume(execution: Execution): GiveUpReason | undefined {
  release(execution);
  if (abortedSignal(execution)) return tellGivingUp(execution, 'aborted');
  return elapsedMs(execution) > execution.policy.timeoutMs ? tellGivingUp(execution, 'timeout') : undefined;
}

/** Disposes of what retry hooks returned. */
export function release(execution: Execution): void {
  const { disposals } = execution;
  execution.disposals = undefined;
  disposals?.forEach((dispose) => dispose());
}

/** What a call that gave up throws: the last error as it is, or the reason of the abort. */
export function outcome(execution: Execution, reason: GiveUpReason): unknown {
  return reason === 'aborted' ? abortedSignal(execution)?.reason : execution.error;
}

/** Tells that the call succeeded after all. */
export function recover(execution: Execution): void {
  tell(execution, RECOVER, 0);
}

function tellGivingUp(execution: Execution, reason: GiveUpReason): GiveUpReason {
  tell(execution, GIVE_UP, 0, { reason, errors: [...(execution.older ?? []), execution.error] });
  return reason;
}

function tell(execution: Execution, event: RetryEvent, waitFor: number, more?: object): (() => void)[] | undefined {
  const { policy } = execution;
  if (!policy.observable || !isObserved(event, policy.listener)) return undefined;
  const details = {
    name: policy.name ?? execution.name(execution.self),
    args: Array.from(execution.args),
    retryNum: execution.failures,
    waitFor,
    waitedSoFar: execution.waitedMs,
    causedBy: execution.error,
    attempts: policy.attempts,
    timeout: policy.timeoutMs,
    ...(event !== RETRY && { elapsed: elapsedMs(execution) }),
    ...more,
  };
  return emit(event, policy.listener, Object.freeze(details));
}
