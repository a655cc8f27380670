import type { RetryBudget } from '../decision/budget.ts';
import type { Limits } from '../decision/decide.ts';
import type { ErrorClass, RetryPredicate } from '../decision/predicate.ts';
import type { OnGiveUp, OnRecover, OnRetry, OnSettle } from '../events/payloads.ts';
import type { Duration } from '../time/duration.ts';

/** Options of a retry policy. Times are milliseconds or a `Duration`. `undefined` means the default. */
export interface RetryOptions {
  /**
   * Selects the errors to retry: an error class, a predicate, or an array of these. In an array, the first answer that
   * is not `false` counts. A class never matches an error of cancelling, such as an `AbortError`.
   */
  on: ErrorClass | RetryPredicate | readonly (ErrorClass | RetryPredicate)[];
  /** The maximum number of attempts, including the first: an integer ≥ 1, or Infinity. Default 10. */
  attempts?: number | undefined;
  /**
   * No attempt starts once this much time has passed since the first attempt started: > 0, or Infinity. A call gives up
   * at once if the next wait would end later. A running attempt is not interrupted. Default 45 000.
   */
  timeout?: number | Duration | undefined;
  /**
   * The call rejects with a `TimeoutError` once this much time has passed since the first attempt started, even if an
   * attempt is still running: > 0, or Infinity. `attempt.signal` is then aborted with the same error. A call gives up
   * at once if the next wait would end later. Nothing can interrupt the body of a loop, so a loop throws the error at
   * its next step. Not allowed for synchronous code. Default: no limit.
   */
  deadline?: number | Duration | undefined;
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
   * Aborting it stops retrying, for example when the process shuts down. A wait then ends at once, and the call rejects
   * with its last error. A running attempt may finish, and its success counts. Later calls make one attempt.
   */
  stop?: AbortSignal | undefined;
  /**
   * Aborts `attempt.signal` once an attempt has taken this long: > 0, or Infinity. If the attempt then fails, it is
   * retried, whatever its error is. The option has no effect unless the attempt reads `attempt.signal` or
   * `attempt.timeLeft`. Not allowed for wrapped functions, for methods and for synchronous code. Default: no limit.
   */
  attemptTimeout?: number | Duration | undefined;
  /** Limits the retries of many calls together. Default: no budget. */
  budget?: RetryBudget | undefined;
  /**
   * Says whether to retry an error with which a call inside the attempt has given up. If both calls retry, their
   * attempts multiply. `false` passes the error on, and `true` retries it. By default it is retried, and a process
   * warning reports that once.
   */
  nested?: boolean | undefined;
  /** Lets the process exit while a retry waits. Default false. */
  unref?: boolean | undefined;
  /**
   * Called for each retry of this policy when it is scheduled, before the wait. A disposable that it returns is
   * disposed of once the wait is over.
   */
  onRetry?: OnRetry | undefined;
  /** Called when a call of this policy gives up, if `on` matched the last error or an earlier one. */
  onGiveUp?: OnGiveUp | undefined;
  /** Called when a call of this policy succeeds after a retry. */
  onRecover?: OnRecover | undefined;
  /** Called when a call of this policy ends, even if its first attempt succeeds. Each call then costs more. */
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

/**
 * The checked options that may differ between the calls of one policy. Those that a call was not given are the
 * policy's. `stop` is always the policy's. It is here because `stop` and the signals are always checked together.
 */
export interface Terms extends Readonly<Pick<ResolvedOptions, 'stop' | 'name' | 'deadline' | 'budget'>> {
  /** The signals that can abort a call, which are the policy's and the call's own. */
  readonly signals: readonly AbortSignal[];
}

/** The checked options, with all times in ms, and a few other fields that calls need. */
export interface Policy extends Readonly<ResolvedOptions>, Limits, Terms {
  /** False while retrying is switched off. Then `on` and hooks are not called. */
  readonly active: boolean;
  /**
   * Identifies the policy, even in the copies that calls make of it, so that a warning is emitted only once. Set only
   * if there is an `attemptTimeout`.
   */
  readonly origin: object | undefined;
  /** Returns the time in ms. */
  readonly now: () => number;
}
