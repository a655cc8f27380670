import type { Policy } from '../policy/options.ts';

/** An empty, frozen list. All calls without arguments or without older errors share it. */
export const NONE: never[] = /* @__PURE__ */ Object.freeze([]) as never[];

/** The number of errors, and of waits, that are kept for hooks, including the last one. */
const KEPT = 10;

/** The state of one call, asynchronous or synchronous. The functions of this file work on it. */
export interface Call {
  readonly policy: Policy;
  /**
   * The time when the first attempt started, in ms, or `undefined` if nothing needed it then. `scheduleRetry` replaces
   * `undefined` by the time when somebody began to listen, or of the first failure.
   */
  startedAtMs: number | undefined;
  /**
   * The number of give-ups in the process when the newest attempt started. A give-up with a higher number happened
   * during this attempt.
   */
  giveUpsBefore: number;
  readonly form: Form;
  /** The function that is retried, the `RetryableCall` of a library, or the loop of a block. */
  readonly callee: unknown;
  readonly thisArg: unknown;
  readonly args: readonly unknown[];
  /** The number of attempts that failed. */
  failures: number;
  /** The sum of the scheduled waits. */
  waitedMs: number;
  /** The error of the last attempt that failed. */
  error: unknown;
  /** The errors of earlier attempts, the oldest first. Only the newest ones are kept. */
  olderErrors: unknown[];
  /** The waits in ms, the oldest first. Only the newest ones are kept, and none if nobody listens. */
  waits: readonly number[];
  /** Functions that dispose of what retry hooks returned, or `undefined` if nobody listens. */
  disposals: (() => void)[] | undefined;
}

/** The part of a call that differs between its forms, such as `run` and a wrapped function. */
export interface Form {
  /** Returns the name of a call whose policy has none. Called only if someone listens. */
  nameOf(call: Call): string;
  /** Returns the answer for an error, in place of the policy's `on`. */
  classify?(call: Call, error: unknown, isTimedOut: boolean): unknown;
  /** Returns the error to report to hooks in place of `error`. */
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

/** Counts a failed attempt, and adds its error to the list of the call, because copying the list takes long. */
export function recordFailure(call: Call, error: unknown): void {
  if (call.failures++ > 0) {
    if (call.olderErrors === NONE) call.olderErrors = [];
    if (call.olderErrors.push(call.error) === KEPT) call.olderErrors.shift();
  }
  call.error = error;
}

/** Keeps a wait for hooks. */
export function recordWait(call: Call, waitMs: number): void {
  const waits = [...call.waits, waitMs];
  if (waits.length > KEPT) waits.shift();
  call.waits = Object.freeze(waits);
}

/** Returns the errors that are kept, the oldest first. */
export function errorsOf({ olderErrors, error }: Call): unknown[] {
  return [...olderErrors, error];
}
