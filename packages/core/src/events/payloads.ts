import type { GiveUpReason } from '../decision/decide.ts';
import type { DisposableLike } from '../process/disposable.ts';

/** What every hook is given about a call. Frozen, like the arrays in it. Times are in milliseconds. */
export interface CallDetails {
  /** The name of the call: the `name` option, or the function's own name. */
  readonly name: string;
  /** The arguments of the call. Empty for `run` and for blocks. */
  readonly args: readonly unknown[];
  /** The number of attempts made so far, the first included. */
  readonly attempt: number;
  /** The sum of the waits of this call so far, as scheduled. */
  readonly waitedSoFar: number;
  /** The error of the last attempt that failed. */
  readonly causedBy: unknown;
  /** The `attempts` option: the most attempts that this call may make. */
  readonly attempts: number;
  /** The `timeout` option: no attempt starts later than this. */
  readonly timeout: number;
}

/** Describes a retry that was scheduled. Times are in milliseconds. */
export interface RetryDetails extends CallDetails {
  /** The number of this retry: 1 for the first. */
  readonly retryNum: number;
  /** The wait that begins now. It is not part of `waitedSoFar` yet. */
  readonly waitFor: number;
}

/** Describes a call that succeeded after a retry. Times are in milliseconds. */
export interface RecoverDetails extends CallDetails {
  /** Time since the first attempt started. */
  readonly elapsed: number;
}

/** Describes a call that gave up. Times are in milliseconds. */
export interface GiveUpDetails extends RecoverDetails {
  /** The reason why it gave up. */
  readonly reason: GiveUpReason;
  /** The errors of the last ten attempts, the oldest first. */
  readonly errors: readonly unknown[];
}

// A union of functions rather than of results: for a result of `void` alone, TypeScript accepts a function that returns
// anything, such as the result of `push` or of a counter. Results other than disposables are ignored.
type Hook<Details, Result> = ((details: Details) => void) | ((details: Details) => Result | PromiseLike<void>);

/** Called for each retry, before the wait. A disposable that it returns is disposed of once the wait is over. */
export type OnRetry = Hook<RetryDetails, DisposableLike>;
/** Called when a call gives up on an error that `on` matched, or after an earlier error that it matched. */
export type OnGiveUp = Hook<GiveUpDetails, never>;
/** Called when a call succeeds after a retry. */
export type OnRecover = Hook<RecoverDetails, never>;

/** Listens to any of the three events. */
export interface RetryListener {
  onRetry?: OnRetry | undefined;
  onGiveUp?: OnGiveUp | undefined;
  onRecover?: OnRecover | undefined;
}

/** A hook for all calls. A function is short for `{ onRetry }`. */
export type RetryHook = OnRetry | RetryListener;
