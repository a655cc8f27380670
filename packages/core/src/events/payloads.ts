import type { GiveUpReason } from '../decision/decide.ts';
import type { DisposableLike } from '../process/disposable.ts';

/** Describes a call to every hook. The object and its arrays are frozen. Times are in milliseconds. */
export interface CallDetails {
  /**
   * The `name` option, or the function's own name. `<block>` for a loop, and `anonymous` for a function without one.
   */
  readonly name: string;
  /** The arguments of the call. Empty for `run`, for blocks and for calls of libraries. */
  readonly args: readonly unknown[];
  /** The number of attempts made so far, including the first. */
  readonly attempt: number;
  /** The sum of the scheduled waits of this call so far. */
  readonly waitedSoFar: number;
  /** The error of the last attempt that failed. `undefined` if none failed, which only `onSettle` reports. */
  readonly causedBy: unknown;
  /** The maximum number of attempts of this call, including the first. */
  readonly attempts: number;
  /** The `timeout` option. No attempt starts once this much time has passed since the first attempt started. */
  readonly timeout: number;
}

/**
 * Describes a retry that was scheduled. It never begins if the call is aborted or stopped during the wait, or if the
 * wait ends after `timeout` or `deadline`. `onGiveUp` is called then. Times are in milliseconds.
 */
export interface RetryDetails extends CallDetails {
  /** The number of this retry: 1 for the first. */
  readonly retryNum: number;
  /** The wait before this retry. `waitedSoFar` does not include it yet. */
  readonly waitFor: number;
}

/** Describes a call that succeeded after a retry. Times are in milliseconds. */
export interface RecoverDetails extends CallDetails {
  /**
   * The time since the first attempt started. If the call has no `timeout` and no `deadline`, and nobody listened to
   * the ends of calls when it began, this is the time since a hook was added, or since the first failure if that came
   * before.
   */
  readonly elapsed: number;
  /** The errors of the attempts that failed, the oldest first. Only the newest ten are kept. */
  readonly errors: readonly unknown[];
  /**
   * The waits before the retries, the oldest first. Only the newest ten are kept, and none from before anyone listened.
   */
  readonly waits: readonly number[];
}

/** Describes a call that gave up. Times are in milliseconds. */
export interface GiveUpDetails extends RecoverDetails {
  /** The reason why it gave up. */
  readonly reason: GiveUpReason;
}

/** Describes a call that ended, even if it was never retried. Times are in milliseconds. */
export interface SettleDetails extends RecoverDetails {
  /** The reason why the call failed. `undefined` if it succeeded. */
  readonly reason: GiveUpReason | undefined;
}

/**
 * The message of the tracing channel `tracing:stamina:attempt` about one attempt. All events of the attempt share one
 * object.
 */
export interface AttemptMessage {
  /** The `name` option, or the function's own name. */
  readonly name: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** The error with which the attempt failed. */
  readonly error?: unknown;
  /** The result of the attempt. */
  readonly result?: unknown;
}

// A hook that returns something by accident must compile, such as `(details) => list.push(details)`. TypeScript allows
// that only if the result is `void` alone, so this is a union of functions rather than a function with a union of
// results. Results other than disposables are ignored.
type Hook<Details, Result> = ((details: Details) => void) | ((details: Details) => Result | PromiseLike<void>);

/**
 * Called for each retry when it is scheduled, before the wait. A disposable that it returns is disposed of once the
 * wait is over.
 */
export type OnRetry = Hook<RetryDetails, DisposableLike>;
/** Called when a call gives up, if `on` matched the last error or an earlier one. */
export type OnGiveUp = Hook<GiveUpDetails, never>;
/** Called when a call succeeds after a retry. */
export type OnRecover = Hook<RecoverDetails, never>;
/**
 * Called when a call ends, even if its first attempt succeeds, or fails with an error that `on` does not match. It is
 * not called if `on` itself throws. Each call costs more while a hook listens to this event.
 */
export type OnSettle = Hook<SettleDetails, never>;

/** A hook that listens to one or more of the four events. */
export interface RetryListener {
  /**
   * Called for each retry when it is scheduled, before the wait. A disposable that it returns is disposed of once the
   * wait is over.
   */
  onRetry?: OnRetry | undefined;
  /** Called when a call gives up, if `on` matched the last error or an earlier one. */
  onGiveUp?: OnGiveUp | undefined;
  /** Called when a call succeeds after a retry. */
  onRecover?: OnRecover | undefined;
  /** Called when a call ends, even if its first attempt succeeds. Each call then costs more. */
  onSettle?: OnSettle | undefined;
}

/** A hook for all calls. A function is short for `{ onRetry }`. */
export type RetryHook = OnRetry | RetryListener;
