import type { Verdict } from '../decision/predicate.ts';
import type { Policy } from '../policy/options.ts';
import { afterTurn, now, startTimer, stopTimer, type Timer } from '../time/clock.ts';
import { RunningAttempt } from './attempt.ts';
import {
  type Call,
  classify,
  disposeOfHookResults,
  endWait,
  type Form,
  NONE,
  notifyRecovered,
  recordFailure,
  scheduleRetry,
} from './call.ts';
import { onAbort } from './signals.ts';

/** How long, and for how many attempts, a call may go on before the event loop gets a turn. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** An asynchronous form of a call. */
export interface AsyncForm extends Form {
  /** Starts the attempt that is due: mostly `call.follow(…)`. */
  retry(call: AsyncCall): void;
}

type Resolve = (value: any) => void;
type Reject = (error: unknown) => void;

/**
 * One asynchronous call from its first failure on: record, decide, wait, next attempt.
 *
 * It is a thenable. The promise that the caller holds was made by `first.then(undefined, (error) => new AsyncCall(…))`,
 * and such a promise adopts a thenable that its handler returns: it calls `then` with its own resolve and reject. So the
 * caller's promise settles with this call, and the call needs no promise of its own.
 *
 * It is also its own timer, so that a waiting call is one object of 510 to 610 bytes. An async function that awaits a
 * promised timer is easier to read, but takes 785 bytes for each waiting call, and a promise more for each wait.
 */
export class AsyncCall implements Call, Timer {
  declare readonly policy: Policy;
  declare readonly startedAt: number | undefined;
  declare readonly form: AsyncForm;
  declare readonly callee: unknown;
  declare readonly thisArg: unknown;
  declare readonly args: ArrayLike<unknown>;
  declare error: unknown;
  failures = 0;
  waitedMs = 0;
  olderErrors: readonly unknown[] = NONE;
  disposals: readonly (() => void)[] | undefined;
  handle: unknown;
  #resolve!: Resolve;
  #reject!: Reject;
  #attempt: RunningAttempt | undefined;
  #unwatch: (() => void) | undefined;
  #isAbandoned = false;
  /** The time of the last turn that the event loop is known to have had since the call began. */
  #turnedAt: number | undefined;

  /** `error` is that of the first attempt, which has failed before this object is made. */
  constructor(
    policy: Policy,
    startedAt: number | undefined,
    form: AsyncForm,
    callee: unknown,
    thisArg: unknown,
    args: ArrayLike<unknown>,
    error: unknown,
    attempt?: RunningAttempt,
  ) {
    this.policy = policy;
    this.startedAt = startedAt;
    this.form = form;
    this.callee = callee;
    this.thisArg = thisArg;
    this.args = args;
    this.error = error;
    this.#attempt = attempt;
  }

  /** Takes over after the first failure. The promise that adopts this call calls it. */
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point.
  then(resolve: Resolve, reject: Reject): void {
    this.fail(this.error, resolve, reject);
  }

  /** Goes on after an attempt that failed: settles by `resolve` or `reject` once the call, or the next turn of a block, is settled. */
  fail(error: unknown, resolve: Resolve = this.#resolve, reject: Reject = this.#reject): void {
    this.#resolve = resolve;
    this.#reject = reject;
    const isTimedOut = this.#attempt && RunningAttempt.settle(this.#attempt);
    this.#attempt = undefined;
    recordFailure(this, error);
    try {
      const verdict = isTimedOut || classify(this);
      if (verdict instanceof Promise) this.#awaitVerdict(verdict);
      else this.#schedule(verdict);
    } catch (end) {
      reject(end);
    }
  }

  /** Makes the attempt that is due. */
  newAttempt(): RunningAttempt {
    this.#attempt = new RunningAttempt(this.failures + 1, this.policy, this.startedAt, this.waitedMs);
    return this.#attempt;
  }

  /** Makes an attempt by `attempt`, and goes on with what becomes of it. */
  follow(attempt: (call: this) => unknown): void {
    settled(attempt, this).then(
      (value) => {
        if (this.#attempt) RunningAttempt.settle(this.#attempt);
        notifyRecovered(this);
        this.#resolve(value);
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Settles the promise of a block's next turn. */
  resolve(value: unknown): void {
    this.#resolve(value);
  }

  /** Ends the wait. The timer calls it. */
  wake(): void {
    this.#unwatch?.();
    this.#turnedAt = now();
    try {
      endWait(this);
      this.form.retry(this);
    } catch (end) {
      this.#reject(end);
    }
  }

  /** Ends the call without settling it, because nobody waits for it any more. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#unwatch?.();
    stopTimer(this);
    disposeOfHookResults(this);
  }

  /** Waits for the answer of `on`, but no longer than until the call is aborted. */
  #awaitVerdict(verdict: Promise<Verdict>): void {
    Promise.race([
      verdict,
      new Promise<false>((answer) => {
        this.#unwatch = onAbort(this.policy, () => answer(false));
      }),
    ])
      .finally(() => this.#unwatch?.())
      .then((answer) => {
        if (!this.#isAbandoned) this.#schedule(answer);
      })
      .catch(this.#reject);
  }

  #schedule(verdict: Verdict): void {
    const at = now();
    const waitMs = scheduleRetry(this, verdict, at);
    // If nobody noted when the call began, count from its first failure.
    if (this.startedAt === undefined) this.#turnedAt ??= at;
    const turnedAt = this.#turnedAt ?? this.startedAt ?? at;
    if (waitMs > 0) {
      startTimer(this, waitMs);
      this.#unwatch = onAbort(this.policy, () => {
        stopTimer(this);
        this.wake();
      });
    } else if (at - turnedAt >= TURN_MS || this.failures % TURN_COUNT === 0) {
      afterTurn(() => this.wake());
    } else {
      // A hook may have taken its time, or aborted the call.
      if (this.disposals) endWait(this);
      this.form.retry(this);
    }
  }
}

/** Calls `fn`, and returns a promise of its result. If it throws, the promise is rejected. */
export function settled<Argument>(fn: (argument: Argument) => unknown, argument: Argument): Promise<unknown> {
  try {
    const result = fn(argument);
    return result instanceof Promise ? result : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}
