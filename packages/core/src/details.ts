import type { DisposableLike } from './disposable.ts';

/** What hooks are told. Frozen. Times are in milliseconds. */
export interface RetryDetails {
  /** What is retried. */
  readonly name: string;
  /** The arguments of the call; empty for `run` and for blocks. */
  readonly args: readonly unknown[];
  /** Number of failed attempts so far: 1 for the first retry. */
  readonly retryNum: number;
  /** The wait that begins now; 0 when none does. */
  readonly waitFor: number;
  /** All earlier waits of this call, as scheduled. */
  readonly waitedSoFar: number;
  /** What the last attempt threw. */
  readonly causedBy: unknown;
  /** The most attempts this call may have. */
  readonly attempts: number;
  /** How long retrying may go on. */
  readonly timeout: number;
}

/** What hooks are told when a call succeeded after all. */
export interface RecoverDetails extends RetryDetails {
  /** Time since the first attempt began. */
  readonly elapsed: number;
}

/** Why an error was let through: the first of these that holds. */
export type GiveUpReason = 'aborted' | 'unmatched' | 'attempts' | 'timeout' | 'budget';

/** What hooks are told when a call gives up. */
export interface GiveUpDetails extends RecoverDetails {
  /** Why it gave up. */
  readonly reason: GiveUpReason;
  /** What the newest ten attempts threw, oldest first. */
  readonly errors: readonly unknown[];
}

// A union of functions, not of results: where the result is `void` alone, TypeScript takes a hook that returns anything,
// such as what `push` or a counter answers. What it is given beside a disposable is ignored.
type Hook<Details, Result> = ((details: Details) => void) | ((details: Details) => Result | PromiseLike<void>);

/** Is told of each retry, before the wait; a disposable it returns is disposed once the wait is over. */
export type OnRetry = Hook<RetryDetails, DisposableLike>;
/** Is told when an error is let through although it, or an earlier one, was to be retried. */
export type OnGiveUp = Hook<GiveUpDetails, never>;
/** Is told when a retried call succeeded. */
export type OnRecover = Hook<RecoverDetails, never>;

/** Listens to any of the three events. */
export interface RetryListener {
  onRetry?: OnRetry | undefined;
  onGiveUp?: OnGiveUp | undefined;
  onRecover?: OnRecover | undefined;
}

/** A function is short for `{ onRetry }`. */
export type RetryHook = OnRetry | RetryListener;
