import { lowMs } from '../decision/backoff.ts';
import type { Policy } from '../policy/options.ts';
import { now, startTimer, stopTimer, type Timer } from '../time/clock.ts';
import { type Call, elapsedMs } from './call.ts';
import { abortedSignal, namedError, onAbort, reasonOf } from './signals.ts';

/** One attempt, as the retried code sees it. */
export interface Attempt {
  /** The number of this attempt, from 1. */
  readonly num: number;
  /** The lower bound of the backoff that follows if this attempt fails, in ms. It is 0 if no attempt can follow. */
  readonly nextWait: number;
  /**
   * The signal to pass to what the attempt calls. It is aborted with the signals of the policy and of the call, and
   * after `attemptTimeout`. Nothing aborts it once the attempt has settled.
   */
  readonly signal: AbortSignal;
}

/** Users get this object and may print it, so everything that is not documented is private. */
export class RunningAttempt implements Attempt {
  readonly num: number;
  readonly #policy: Policy;
  readonly #callStartedAtMs: number | undefined;
  readonly #waitedMs: number;
  /** The time when this attempt started, or 0 if it has no time limit. */
  readonly #attemptStartedAtMs: number;
  /** Made when `signal` is first read. */
  #controller: AbortController | undefined;
  /** Stops everything that could abort the signal. */
  #stop: (() => void) | undefined;
  #isSettled = false;
  #isTimedOut = false;

  constructor(num: number, policy: Policy, startedAtMs: number | undefined, waitedMs: number) {
    this.num = num;
    this.#policy = policy;
    this.#callStartedAtMs = startedAtMs;
    this.#waitedMs = waitedMs;
    this.#attemptStartedAtMs = policy.attemptTimeout === Infinity ? 0 : now();
  }

  get nextWait(): number {
    const policy = this.#policy;
    if (!policy.waits || this.num >= policy.attempts || abortedSignal(policy)) return 0;
    const low = lowMs(policy, this.num);
    return elapsedMs(this.#callStartedAtMs, this.#waitedMs, now()) + low > policy.timeout ? 0 : low;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (!this.#isSettled) this.#watch(this.#controller);
    }
    return this.#controller.signal;
  }

  /** Aborts the attempt's signal together with the call's signals, and after `attemptTimeout`. */
  #watch(controller: AbortController): void {
    const policy = this.#policy;
    const limitMs = policy.attemptTimeout;
    const unlisten = onAbort(policy, () => controller.abort(reasonOf(abortedSignal(policy) as AbortSignal)));
    const wake = (): void => {
      // Fake timers that were installed meanwhile cannot stop a real timer.
      if (this.#isSettled) return;
      this.#isTimedOut = true;
      controller.abort(namedError('TimeoutError', `attempt ${this.num} took longer than ${limitMs} ms`));
    };
    const timer: Timer = { policy, wake };
    if (limitMs < Infinity) startTimer(timer, limitMs - elapsedMs(this.#attemptStartedAtMs, 0, now()));
    this.#stop = () => {
      unlisten?.();
      stopTimer(timer);
    };
  }

  /**
   * Ends an attempt. From now on nothing aborts its signal, and its timer and listeners are removed. This is a static
   * method, because users could call an instance method.
   *
   * @returns whether the attempt exceeded `attemptTimeout`
   */
  static settle(attempt: RunningAttempt): boolean {
    attempt.#isSettled = true;
    attempt.#stop?.();
    return attempt.#isTimedOut;
  }

  static {
    // Node prints the result of this method, because it would not show getters. The method does not read `signal`,
    // because that would start the timer of `attemptTimeout`. `...this` copies `num`, and also `fail` if there is one.
    Reflect.set(RunningAttempt.prototype, Symbol.for('nodejs.util.inspect.custom'), function (this: RunningAttempt) {
      const signal = this.#controller?.signal ?? abortedSignal(this.#policy) ?? new AbortController().signal;
      return { ...this, nextWait: this.nextWait, signal };
    });
  }
}

/** Makes the attempt that is due in a call. */
export function newAttempt({ failures, policy, startedAtMs, waitedMs }: Call): RunningAttempt {
  return new RunningAttempt(failures + 1, policy, startedAtMs, waitedMs);
}
