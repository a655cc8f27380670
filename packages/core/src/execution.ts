import { abortedSignal } from './abort.ts';
import { elapsedMs, random } from './clock.ts';
import { decide } from './decide.ts';
import type { GiveUpReason } from './details.ts';
import { emit, GIVE_UP, isObserved, RECOVER, RETRY, type RetryEvent } from './hooks.ts';
import { ask, type Verdict } from './match.ts';
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
  readonly startedAt: number;
  readonly target: { readonly nameOf: NameOf };
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  failures: number;
  waitedMs: number;
  /** What the newest attempt threw. */
  error: unknown;
  /** What the attempts before it threw, the newest of them. */
  older: readonly unknown[];
  /** How to dispose of what retry hooks returned; `undefined` where nobody was told. */
  disposals: readonly (() => void)[] | undefined;
}

/** Shared by all calls that have none. */
export const NONE: readonly unknown[] = [];

const KEPT_ERRORS = 10;

/** Notes what an attempt threw, and asks whether that is to be retried. What a backoff hook throws is thrown. */
export function judge(execution: Execution, error: unknown, timedOut = false): Verdict | Promise<Verdict> {
  if (execution.failures++ > 0) execution.older = errorsOf(execution).slice(1 - KEPT_ERRORS);
  execution.error = error;
  const { policy } = execution;
  return timedOut || (policy.active && ask(policy.on, error));
}

/** Decides at the time `at`, and tells: how long to wait. Throws what the call ends with, if it does. */
export function conclude(execution: Execution, verdict: Verdict, at: number): number {
  const { policy, failures } = execution;
  const aborted = abortedSignal(policy) !== undefined;
  const decision = decide(policy, failures, elapsedMs(execution, at), aborted, verdict, random);
  // An earlier failure was retried, and so it had matched.
  if (typeof decision === 'string') throw giveUp(execution, decision, verdict !== false || failures > 1);
  policy.discard?.(execution.error);
  execution.disposals = tell(execution, RETRY, decision);
  execution.waitedMs += decision;
  return decision;
}

/** Ends the wait. Throws what the call ends with, if the retry may not begin after all. */
export function resume(execution: Execution): void {
  release(execution);
  const { policy } = execution;
  if (abortedSignal(policy)) throw giveUp(execution, 'aborted');
  if (elapsedMs(execution) > policy.timeout) throw giveUp(execution, 'timeout');
}

/** Disposes of what retry hooks returned. */
export function release(execution: Execution): void {
  const { disposals } = execution;
  execution.disposals = undefined;
  disposals?.forEach((dispose) => dispose());
}

/** Tells that the call succeeded, if it ever failed. */
export function recover(execution: Execution): void {
  if (execution.failures > 0) tell(execution, RECOVER, 0);
}

/** What a call that gives up throws: the last error as it is, or the reason of the abort. */
function giveUp(execution: Execution, reason: GiveUpReason, matched = true): unknown {
  if (matched) tell(execution, GIVE_UP, 0, reason);
  return reason === 'aborted' ? abortedSignal(execution.policy)?.reason : execution.error;
}

function errorsOf({ older, error }: Execution): unknown[] {
  return [...older, error];
}

/** What hooks are told of `error`: where `causeOf` fails, how it failed, as no call may end by what hooks are told. */
function causeOf({ causeOf }: Policy, error: unknown): unknown {
  try {
    return causeOf ? causeOf(error) : error;
  } catch (failure) {
    return failure;
  }
}

function tell(
  execution: Execution,
  event: RetryEvent,
  waitFor: number,
  reason?: GiveUpReason,
): (() => void)[] | undefined {
  const { policy } = execution;
  if (!policy.active || !isObserved(event, policy)) return undefined;
  const { target, self, args, failures, waitedMs } = execution;
  const details = {
    name: policy.name ?? target.nameOf(self),
    args: Array.from(args),
    retryNum: failures,
    waitFor,
    waitedSoFar: waitedMs,
    causedBy: causeOf(policy, execution.error),
    attempts: policy.attempts,
    timeout: policy.timeout,
  };
  // Not spread into the literal: retries, of which there are most, have none of it.
  if (event !== RETRY) Object.assign(details, { elapsed: elapsedMs(execution) });
  if (reason) Object.assign(details, { reason, errors: errorsOf(execution).map((error) => causeOf(policy, error)) });
  return emit(event, policy, Object.freeze(details));
}
