import { RunningAttempt } from './attempt.ts';
import { abortedSignal, startTime } from './call.ts';
import { afterTurn, now, startTimer, stopTimer, type Timer } from './clock.ts';
import type { Decision } from './decide.ts';
import { Execution, type NameOf } from './execution.ts';
import type { Verdict } from './match.ts';
import { effective } from './mode.ts';
import type { Policy } from './options.ts';

/** For how long, and how often, a call may go on without a turn of the event loop. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** The retried code. */
export type Target = (attempt: RunningAttempt) => unknown;

/** Runs `target` until it succeeds or nothing may follow. Nothing but the attempt is made unless it fails. */
export function start(given: Policy, signal: AbortSignal | undefined, target: Target, nameOf: NameOf): Promise<unknown> {
  const policy = effective(given);
  const aborted = abortedSignal(policy, signal);
  if (aborted) return Promise.reject(aborted.reason);
  policy.budget?.deposit();
  const startedAt = startTime(policy);
  const attempt = new RunningAttempt(1, { policy, signal, startedAt, waitedMs: 0 });
  const fail = (error: unknown): unknown => new Drive(policy, signal, startedAt, nameOf, [], target).begin(error, attempt);
  return settled(() => target(attempt)).then((value) => {
    attempt.settle();
    return value;
  }, fail);
}

/** The result of a call, as a promise of this realm; a sync throw is a rejection. */
export function settled(call: () => unknown): Promise<unknown> {
  try {
    const result = call();
    return result instanceof Promise ? result : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** One call from its first failure on: one object, which is its own timer. */
export class Drive extends Execution implements Timer {
  readonly #target: Target;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #attempt: RunningAttempt | undefined;
  #unwatch: (() => void) | undefined;
  #turnedAt = now();
  #sinceTurn = 0;
  handle: unknown;
  leftMs = 0;

  constructor(
    policy: Policy,
    signal: AbortSignal | undefined,
    startedAt: number,
    nameOf: NameOf,
    args: ArrayLike<unknown>,
    target: Target,
  ) {
    super(policy, signal, startedAt, nameOf, args);
    this.#target = target;
  }

  get unref(): boolean {
    return this.policy.unref;
  }

  /** Takes over after the first failure. */
  begin(error: unknown, attempt?: RunningAttempt): Promise<unknown> {
    this.#attempt = attempt;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#fail(error);
    });
  }

  /** The wait is over. */
  wake(): void {
    this.#unwatch?.();
    const reason = this.resume();
    if (reason) this.#reject(this.outcome(reason));
    else this.#retry();
  }

  /** Leaves nothing pending, and never settles. */
  abandon(): void {
    this.#unwatch?.();
    stopTimer(this);
    this.release();
  }

  #retry(): void {
    const attempt = new RunningAttempt(this.failures + 1, this);
    this.#attempt = attempt;
    settled(() => this.#target(attempt)).then(
      (value) => {
        attempt.settle();
        this.recover();
        this.#resolve(value);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#attempt?.settle();
    try {
      const verdict = this.judge(error, this.#attempt?.timedOut === true);
      if (typeof verdict === 'object') this.#await(verdict);
      else this.#act(this.conclude(verdict));
    } catch (hookError) {
      this.#reject(hookError);
    }
  }

  /** An answer may take its time, but not longer than the caller does. */
  #await(verdict: PromiseLike<Verdict>): void {
    let pending = true;
    const once = (then: () => void) => (): void => {
      if (!pending) return;
      pending = false;
      this.#unwatch?.();
      then();
    };
    this.#watch(once(() => this.#act(this.conclude(false))));
    verdict.then(
      (answer) => once(() => this.#act(this.conclude(answer)))(),
      (hookError: unknown) => once(() => this.#reject(hookError))(),
    );
  }

  #act(decision: Decision): void {
    if (typeof decision === 'string') this.#reject(this.outcome(decision));
    else if (decision > 0) this.#sleep(decision);
    else this.#turn();
  }

  #sleep(ms: number): void {
    this.leftMs = ms;
    startTimer(this);
    this.#watch(() => {
      stopTimer(this);
      this.wake();
    });
    this.#sinceTurn = 0;
    this.#turnedAt = now();
  }

  #turn(): void {
    if (++this.#sinceTurn < TURN_COUNT && now() - this.#turnedAt < TURN_MS) {
      this.wake();
      return;
    }
    afterTurn(() => {
      this.#sinceTurn = 0;
      this.#turnedAt = now();
      this.wake();
    });
  }

  /** Calls `then` once a signal is aborted; `#unwatch` leaves no listener. */
  #watch(then: () => void): void {
    const signals = [this.policy.signal, this.signal].filter((signal) => signal !== undefined);
    if (signals.length === 0) return;
    for (const signal of signals) signal.addEventListener('abort', then);
    this.#unwatch = () => {
      for (const signal of signals) signal.removeEventListener('abort', then);
      this.#unwatch = undefined;
    };
    if (abortedSignal(this.policy, this.signal)) then();
  }
}
