import { lowMs } from '../decision/backoff.ts';
import type { Policy, Terms } from '../policy/options.ts';
import { now } from '../time/clock.ts';
import { type Call, elapsedMs } from './call.ts';
import { type AttemptLimit, startAttemptLimit, warnOfIgnoredLimit } from './limits.ts';
import { abortedSignal, haltOf, namedError, onAbort, reasonOf } from './signals.ts';

/** One attempt, as the retried code sees it. */
export interface Attempt {
  /** The number of this attempt, from 1. */
  readonly num: number;
  /** The lower bound of the backoff that follows if this attempt fails, in ms. It is 0 if no attempt can follow. */
  readonly nextWait: number;
  /**
   * The signal to pass to what the attempt calls. It is aborted with the signals of the policy and of the call, after
   * `attemptTimeout`, and at the `deadline`. Nothing aborts it once the attempt has settled.
   */
  readonly signal: AbortSignal;
  /**
   * The time until `attemptTimeout` or `deadline`, whichever is sooner, for clients that take a limit as a number. It
   * is a whole number of ms, and at least 1, because many clients take 0 for no limit. Infinity if the policy has
   * neither.
   */
  readonly timeLeft: number;
  /** The error that the previous attempt failed with, or `undefined` in the first attempt. */
  readonly lastError: unknown;
}

/**
 * One attempt of any form of call. Users get this object and may print it, so everything that is not documented for
 * them is private.
 */
export class RunningAttempt implements Attempt {
  num: number;
  lastError: unknown;
  readonly #policy: Policy;
  /** The terms of the call. The policy of a first attempt does not contain them, unless `applyTerms` has run. */
  readonly #terms: Terms;
  #callStartedAtMs: number | undefined;
  #waitedMs: number;
  /** The time when this attempt started, or 0 if the policy has no `attemptTimeout`. */
  readonly #startedAtMs: number = 0;
  /** The time limit of this attempt, or `undefined` if the policy has no `attemptTimeout`. */
  readonly #limit: AttemptLimit | undefined;
  /** Made when `signal` is first read. */
  #controller: AbortController | undefined;
  /** Aborts the signal after `attemptTimeout`, in the async context of this attempt. */
  #expire: ((excess: Error) => void) | undefined;
  /** Stops listening to the signals of the call. */
  #unlisten: (() => void) | undefined;
  /** The error of the limit that this attempt has exceeded. */
  #excess: Error | undefined;
  #isSettled = false;
  /** True once the attempt has read `signal` or `timeLeft`, so that its limits can have an effect. */
  #knowsLimit = false;

  constructor(
    num: number,
    policy: Policy,
    terms: Terms,
    callStartedAtMs: number | undefined,
    waitedMs: number,
    lastError?: unknown,
  ) {
    this.num = num;
    this.lastError = lastError;
    this.#policy = policy;
    this.#terms = terms;
    this.#callStartedAtMs = callStartedAtMs;
    this.#waitedMs = waitedMs;
    if (policy.attemptTimeout === Infinity) return;
    // The first attempt starts with its call, and reading the clock again would take 40 ns.
    this.#startedAtMs = (num === 1 ? callStartedAtMs : undefined) ?? now();
    // A closure in place of `bind` would make each attempt allocate a context, even an attempt without a limit.
    this.#limit = startAttemptLimit(policy, this.#startedAtMs, this.#exceed.bind(this));
  }

  #exceed(): void {
    const message = `attempt ${this.num} took longer than ${this.#policy.attemptTimeout} ms`;
    if (!this.#knowsLimit) warnOfIgnoredLimit(this.#policy, this.#terms.name, message);
    const excess = namedError('TimeoutError', message);
    if (this.#expire) this.#expire(excess);
    else RunningAttempt.abort(this, excess);
  }

  get nextWait(): number {
    const policy = this.#policy;
    if (!policy.waits || this.num >= policy.attempts || haltOf(this.#terms)) return 0;
    const low = lowMs(policy, this.num);
    const elapsed = elapsedMs(this.#callStartedAtMs, this.#waitedMs, now());
    return elapsed + low > policy.timeout || policy.deadline - elapsed <= low ? 0 : low;
  }

  get timeLeft(): number {
    this.#knowsLimit = true;
    return this.#timeLeft();
  }

  #timeLeft(): number {
    const { attemptTimeout, deadline } = this.#policy;
    const nowMs = now();
    const attemptMs = attemptTimeout - elapsedMs(this.#startedAtMs, 0, nowMs);
    const callMs = deadline - elapsedMs(this.#callStartedAtMs, this.#waitedMs, nowMs);
    return Math.max(1, Math.ceil(Math.min(attemptMs, callMs)));
  }

  get signal(): AbortSignal {
    this.#knowsLimit = true;
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      const terms = this.#terms;
      if (this.#excess) controller.abort(this.#excess);
      else if (!this.#isSettled) {
        if (this.#limit) {
          // The timer may be shared, and then it runs in the async context of another call. A promise calls its
          // handlers in the context of the code that added them. So listeners of the signal see the request that they
          // belong to.
          const expired = new Promise<Error>((resolve) => {
            this.#expire = resolve;
          });
          void expired.then((excess) => RunningAttempt.abort(this, excess));
        }
        this.#unlisten = onAbort(terms.signals, () => controller.abort(reasonOf(abortedSignal(terms) as AbortSignal)));
      }
    }
    return this.#controller.signal;
  }

  // These are static methods, because users could call instance methods.

  /** Aborts the signal of an attempt that has exceeded a limit. */
  static abort(attempt: RunningAttempt, excess: Error): void {
    attempt.#excess = excess;
    attempt.#controller?.abort(excess);
  }

  /** Makes an attempt the first of its call, which counts from this attempt on. */
  static restart(attempt: RunningAttempt, callStartedAtMs: number | undefined): void {
    attempt.num = 1;
    attempt.lastError = undefined;
    attempt.#callStartedAtMs = callStartedAtMs;
    attempt.#waitedMs = 0;
  }

  /**
   * Ends an attempt. From now on its `attemptTimeout` and the signals of the call have no effect on it.
   *
   * @returns whether the attempt exceeded `attemptTimeout`, and had read `signal` or `timeLeft`
   */
  static settle(attempt: RunningAttempt): boolean {
    attempt.#isSettled = true;
    attempt.#limit?.stop();
    attempt.#unlisten?.();
    return attempt.#knowsLimit && attempt.#excess !== undefined;
  }

  static {
    // Node prints the result of this method, because it would not show getters. The method does not read `signal`
    // and `timeLeft`, because that would count as knowing the limit. `...this` copies the other properties. The attempt
    // of a block also has `fail` and `reset`.
    Reflect.set(RunningAttempt.prototype, Symbol.for('nodejs.util.inspect.custom'), function (this: RunningAttempt) {
      const signal = this.#controller?.signal ?? abortedSignal(this.#terms) ?? new AbortController().signal;
      const { fail, reset } = this as { fail?: unknown; reset?: unknown };
      return {
        ...this,
        nextWait: this.nextWait,
        signal,
        timeLeft: this.#timeLeft(),
        ...(fail ? { fail, reset } : undefined),
      };
    });
  }
}

/** Makes the attempt that is due in a call. */
export function newAttempt({ failures, policy, startedAtMs, waitedMs, error }: Call): RunningAttempt {
  return new RunningAttempt(failures + 1, policy, policy, startedAtMs, waitedMs, error);
}
