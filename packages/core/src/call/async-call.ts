import { isThenable } from '@stamina/validation';
import { isObserved } from '../events/hooks.ts';
import type { Policy } from '../policy/options.ts';
import { shared } from '../process/shared.ts';
import { now, stopTimer } from '../time/clock.ts';
import { isAbortable, newAttempt, RunningAttempt } from './attempt.ts';
import { type Form, NONE, recordFailure } from './call.ts';
import { startDeadline } from './limits.ts';
import { notifySucceeded } from './notify.ts';
import { promiseOf } from './promise-of.ts';
import { classify, disposeOfHookResults, endWait, giveUpAtDeadline } from './schedule.ts';
import { isTraced, traced } from './tracing.ts';
import { isBetweenAttempts, type Waiting, waitForAnswer, waitForRetry } from './wait.ts';

type Settle = (value: any) => void;

/** An asynchronous form of a call. */
export interface AsyncForm extends Form {
  /** Makes the next attempt, usually by `call.follow(…)`. */
  retry(call: AsyncCall): void;
}

/**
 * One asynchronous call, from its first failure on. It repeats four steps: record, decide, wait, next attempt. Some
 * calls make this object before their first attempt, such as those with a deadline.
 *
 * The object is a thenable. The caller's promise was made by `first.then(undefined, (error) => new AsyncCall(…))`. Such
 * a promise adopts a thenable that its handler returns, which means that it calls `then` with its own `resolve` and
 * `reject`. So the caller's promise settles with this call, and the call needs no promise of its own.
 *
 * The object is also its own timer. A waiting call takes about 640 bytes, and 785 with a promise for each timer.
 */
export class AsyncCall implements Waiting {
  declare readonly policy: Policy;
  // Initialised with `undefined`, so that V8 stores a reference to the number instead of a copy of 16 B.
  startedAtMs: number | undefined = undefined;
  giveUpsBefore: number;
  declare readonly form: AsyncForm;
  declare readonly callee: unknown;
  declare readonly thisArg: unknown;
  declare readonly args: readonly unknown[];
  declare error: unknown;
  failures = 0;
  waitedMs = 0;
  olderErrors: unknown[] = NONE;
  waits: readonly number[] = NONE;
  disposals: (() => void)[] | undefined;
  handle: unknown;
  dueAtMs: number | undefined;
  unwatch: (() => void) | undefined;
  phase: Waiting['phase'] = 'attempt';
  turnedAtMs: number | undefined;
  /** Settles the promise of the call, or the next step of a block's loop. */
  resolve!: Settle;
  #reject!: Settle;
  #attempt: RunningAttempt | undefined;

  /**
   * Creates a call. It may have no `error` yet.
   *
   * @param attempt the first attempt, if it has begun and was passed to the retried code
   */
  constructor(
    policy: Policy,
    startedAtMs: number | undefined,
    giveUpsBefore: number,
    form: AsyncForm,
    callee: unknown,
    thisArg: unknown,
    args: readonly unknown[],
    error: unknown,
    attempt?: RunningAttempt,
  ) {
    this.policy = policy;
    this.startedAtMs = startedAtMs;
    this.giveUpsBefore = giveUpsBefore;
    this.form = form;
    this.callee = callee;
    this.thisArg = thisArg;
    this.args = args;
    this.error = error;
    this.#attempt = attempt;
  }

  /** Continues the call after its first failure. The caller's promise calls this when it adopts the call. */
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point.
  then(resolve: Settle, reject: Settle): void {
    this.fail(this.error, resolve, reject);
  }

  /** Continues the call after a failure. `resolve` and `reject` settle the call, or the next step of a block's loop. */
  fail(error: unknown, resolve: Settle = this.resolve, reject: Settle = this.#reject): void {
    // The deadline may have ended the call while the attempt was running.
    if (this.phase === 'over') return;
    this.resolve = resolve;
    this.#reject = reject;
    this.unwatch?.();
    const isTimedOut = RunningAttempt.settle(this.#attempt);
    this.#attempt = undefined;
    this.phase = 'between attempts';
    recordFailure(this, error);
    try {
      const verdict = classify(this, isTimedOut);
      if (isThenable(verdict)) waitForAnswer(this, verdict);
      else waitForRetry(this, verdict);
    } catch (end) {
      this.end(end);
    }
  }

  /** Begins the attempt that is due, and returns it. A block passes an attempt of its own kind. */
  newAttempt<Kind extends RunningAttempt>(attempt: Kind = newAttempt(this) as Kind): Kind {
    this.#attempt = attempt;
    return attempt;
  }

  /**
   * Makes the first attempt of a call that needs this object from the beginning, for example because it has a deadline.
   * The parameters are those of `follow`. Returns a promise of the result of the call.
   */
  start(attempt: (call: this) => unknown, isRunning?: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
      this.follow(attempt, isRunning);
    });
  }

  /**
   * Makes an attempt by calling `attempt`. Resolves with its result, or continues the call if it fails.
   *
   * `resolve` is itself a handler, so that V8 finds the caller for the stack of the error. Work after a success takes one
   * more promise, but most calls have no such work.
   *
   * @param isRunning true if the attempt was made before, so that `attempt` only returns its promise
   */
  follow(attempt: (call: this) => unknown, isRunning = false): void {
    const { policy } = this;
    let result = promiseOf(isRunning || !isTraced() ? attempt : traced(attempt), this);
    if (policy.deadline !== Infinity) this.unwatch = startDeadline(this, this.expire.bind(this));
    const isEndAwaited = this.unwatch || isAbortable(policy, policy) || isObserved(policy);
    // A bound function takes less memory than a closure.
    if (isEndAwaited) result = result.then(this.succeed.bind(this));
    result.then(this.resolve, this.fail.bind(this));
  }

  /** Ends the call at its deadline. Nothing that its attempt does later has an effect. */
  expire(error: Error, reject: Settle = this.#reject): void {
    this.#reject = reject;
    RunningAttempt.settle(this.#attempt, error);
    this.end(giveUpAtDeadline(this, error));
  }

  /** Ends the call after an attempt succeeded. Returns its result. */
  succeed(value: unknown): unknown {
    if (this.phase === 'over') return value;
    this.unwatch?.();
    RunningAttempt.settle(this.#attempt);
    notifySucceeded(this);
    return value;
  }

  /** Ends the wait, and makes the next attempt. Called by the timer, or earlier if a signal ends the wait. */
  wake(): void {
    // The call may have ended, because fake timers that were installed during the wait cannot stop its timer.
    if (!isBetweenAttempts(this)) return;
    this.unwatch?.();
    this.turnedAtMs = now();
    try {
      endWait(this);
      this.retry();
    } catch (end) {
      this.end(end);
    }
  }

  /** Ends the call, and does not settle it, because nobody waits for it any more. */
  abandon(): void {
    this.phase = 'over';
    this.unwatch?.();
    stopTimer(this);
    disposeOfHookResults(this);
  }

  /** Ends the call, which then rejects with `error`. */
  end(error: unknown): void {
    this.phase = 'over';
    this.unwatch?.();
    this.#reject(error);
  }

  /** Makes the next attempt, unless a hook or a disposable has ended the call, for example by closing its loop. */
  retry(): void {
    if (!isBetweenAttempts(this)) return;
    this.phase = 'attempt';
    this.unwatch = undefined;
    this.giveUpsBefore = shared.giveUps;
    this.form.retry(this);
  }
}
