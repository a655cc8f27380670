import { lowMs } from '../decision/backoff.ts';
import type { Policy, Terms } from '../policy/options.ts';
import { now } from '../time/clock.ts';
import { AttemptSignal } from './attempt-signal.ts';
import type { Begun } from './begin.ts';
import { type Call, elapsedMs } from './call.ts';
import { abortedSignal, haltOf } from './signals.ts';

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

/** The call that an attempt belongs to. A first attempt usually has what `begin` returned. */
export type AttemptedCall = Pick<Call, 'policy' | 'startedAtMs'> &
  Partial<Pick<Call, 'waitedMs'> & Pick<Begun, 'terms'>>;

/** Returns the terms of a call. An `AsyncCall` has none, because its policy contains them. */
function termsOf({ terms, policy }: AttemptedCall): Terms {
  return terms ?? policy;
}

/** Makes the signal of an attempt that has an `attemptTimeout`. */
function limitedSignal(attempt: RunningAttempt, call: AttemptedCall): AttemptSignal {
  // The first attempt starts with its call, and reading the clock again would take 40 ns.
  const startedAtMs = (attempt.num === 1 ? call.startedAtMs : undefined) ?? now();
  return new AttemptSignal(attempt, call.policy, termsOf(call), startedAtMs);
}

/**
 * One attempt of any form of call. Users get this object and may print it, so everything that is not documented for
 * them is private. Each `run` makes an attempt, so this class has few fields.
 */
export class RunningAttempt implements Attempt {
  num: number;
  lastError: unknown;
  #call: AttemptedCall;
  #signal: AttemptSignal | undefined;
  #isSettled = false;

  constructor(num: number, call: AttemptedCall, lastError?: unknown) {
    this.num = num;
    this.lastError = lastError;
    this.#call = call;
    if (call.policy.attemptTimeout !== Infinity) this.#signal = limitedSignal(this, call);
  }

  get nextWait(): number {
    const { policy, startedAtMs, waitedMs = 0 } = this.#call;
    if (!policy.waits || this.num >= policy.attempts || haltOf(termsOf(this.#call))) return 0;
    const low = lowMs(policy, this.num);
    const elapsed = elapsedMs(startedAtMs, waitedMs, now());
    return elapsed + low > policy.timeout || policy.deadline - elapsed <= low ? 0 : low;
  }

  get timeLeft(): number {
    if (this.#signal) this.#signal.isKnown = true;
    return RunningAttempt.#timeLeftOf(this);
  }

  get signal(): AbortSignal {
    return RunningAttempt.#signalOf(this).read();
  }

  // The methods below are static. Users could call public instance methods, and V8 adds a field to each object whose
  // class has private ones.

  static #timeLeftOf(attempt: RunningAttempt): number {
    const { policy, startedAtMs, waitedMs = 0 } = attempt.#call;
    const nowMs = now();
    const attemptMs = policy.attemptTimeout - elapsedMs(attempt.#signal?.startedAtMs, 0, nowMs);
    const callMs = policy.deadline - elapsedMs(startedAtMs, waitedMs, nowMs);
    return Math.max(1, Math.ceil(Math.min(attemptMs, callMs)));
  }

  /** Returns the `AttemptSignal`. Makes it when it is first needed. */
  static #signalOf(attempt: RunningAttempt): AttemptSignal {
    if (!attempt.#signal) {
      attempt.#signal = new AttemptSignal(attempt, attempt.#call.policy, termsOf(attempt.#call));
      if (attempt.#isSettled) attempt.#signal.settle();
    }
    return attempt.#signal;
  }

  /** Aborts the signal of an attempt that has exceeded a limit. */
  static abort(attempt: RunningAttempt, excess: Error): void {
    RunningAttempt.#signalOf(attempt).abort(excess);
  }

  /** Makes an attempt the first of its call, which counts from this attempt on. */
  static restart(attempt: RunningAttempt, call: Call): void {
    attempt.num = 1;
    attempt.lastError = undefined;
    attempt.#call = call;
  }

  /**
   * Ends an attempt. From now on its `attemptTimeout` and the signals of the call have no effect on it.
   *
   * @param excess the error of the deadline, if the call has reached it. It aborts the signal
   * @returns whether the attempt exceeded `attemptTimeout`, and had read `signal` or `timeLeft`
   */
  static settle(attempt: RunningAttempt | undefined, excess?: Error): boolean {
    if (!attempt) return false;
    attempt.#isSettled = true;
    const isTimedOut = attempt.#signal?.settle() === true;
    if (excess) RunningAttempt.abort(attempt, excess);
    return isTimedOut;
  }

  /** Returns whether an attempt has ended. */
  static isSettled(attempt: RunningAttempt): boolean {
    return attempt.#isSettled;
  }

  static {
    // Node prints the result of this method, because it would not show getters. The method does not read `signal`
    // and `timeLeft`, because that would count as knowing the limit. `...this` copies the other properties. The attempt
    // of a block also has `fail` and `reset`.
    Reflect.set(RunningAttempt.prototype, Symbol.for('nodejs.util.inspect.custom'), function (this: RunningAttempt) {
      const signal = this.#signal?.peek() ?? abortedSignal(termsOf(this.#call)) ?? new AbortController().signal;
      const { fail, reset } = this as { fail?: unknown; reset?: unknown };
      return {
        ...this,
        nextWait: this.nextWait,
        signal,
        timeLeft: RunningAttempt.#timeLeftOf(this),
        ...(fail ? { fail, reset } : undefined),
      };
    });
  }
}

/** Makes the attempt that is due in a call. */
export function newAttempt(call: Call): RunningAttempt {
  return new RunningAttempt(call.failures + 1, call, call.error);
}

/**
 * Returns whether `attemptTimeout` or a signal can abort an attempt. If neither can, and if the call has no deadline, an
 * attempt that succeeds need not be settled.
 */
export function isAbortable(policy: Policy, terms: Terms): boolean {
  return policy.attemptTimeout !== Infinity || terms.signals.length > 0;
}
