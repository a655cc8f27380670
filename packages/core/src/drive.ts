import { abortedSignal, onAbort } from './abort.ts';
import { RunningAttempt } from './attempt.ts';
import { afterTurn, now, startTimer, stopTimer, type Timer } from './clock.ts';
import { conclude, type Execution, judge, type NameOf, NONE, nameOf, recover, release, resume } from './execution.ts';
import { GIVE_UP, isObserved, RECOVER } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';
import { currentMode, type Mode, shared } from './state.ts';

/** For how long, and how often, a call may go on without a turn of the event loop. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** The retried code: what it is called, and how to call it once more. */
export interface Target {
  readonly nameOf: NameOf;
  readonly again: (drive: Drive) => unknown;
}

/** A function that is given its attempts. */
export type Attempted = (attempt: RunningAttempt) => unknown;

export const RUN: Target = {
  nameOf,
  again: (drive) => {
    const fn = drive.self as Attempted;
    return fn(drive.newAttempt());
  },
};

/**
 * The policy that holds for a call that begins now. What activation and test mode change is the policy itself, so
 * that nothing further down knows of them.
 */
export function effective(policy: Policy): Policy {
  return shared.mode === undefined ? policy : override(policy, currentMode());
}

function override(policy: Policy, { active = true, testing }: Partial<Mode> = {}): Policy {
  if (!active) return { ...policy, attempts: 1, budget: undefined, active: false };
  if (!testing) return policy;
  const { attempts, cap } = testing;
  return { ...policy, waits: false, attempts: cap ? Math.min(policy.attempts, attempts) : attempts };
}

/** The policy of a call that begins now. Throws the reason of a signal that was aborted before. */
export function begin(given: Policy): Policy {
  const policy = effective(given);
  const aborted = abortedSignal(policy);
  if (aborted) throw aborted.reason;
  policy.budget?.deposit();
  return policy;
}

/** When a call that begins now began; NaN, and no clock is read, where neither a timeout nor a listener needs it. */
export function startTime(policy: Policy): number {
  const needed = policy.timeout !== Infinity || isObserved(GIVE_UP, policy) || isObserved(RECOVER, policy);
  return needed ? now() : Number.NaN;
}

/** Runs `fn` until it succeeds or nothing may follow. Nothing but the attempt is made unless it fails. */
export function start(given: Policy, fn: Attempted): Promise<unknown> {
  let policy: Policy;
  try {
    policy = begin(given);
  } catch (reason) {
    return Promise.reject(reason);
  }
  const startedAt = startTime(policy);
  const attempt = new RunningAttempt(1, policy, startedAt, 0);
  return settled(fn, attempt).then(
    (value) => {
      attempt.settle();
      return value;
    },
    (error: unknown) => new Drive(policy, startedAt, RUN, fn, NONE, error, attempt),
  );
}

/** What `fn` returns, as a promise of this realm; a sync throw is a rejection. */
function settled<Argument>(fn: (argument: Argument) => unknown, argument: Argument): Promise<unknown> {
  try {
    const result = fn(argument);
    return result instanceof Promise ? result : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * One call from its first failure on: one object, which is its own timer, and a thenable, so that the promise which
 * the caller holds settles with it and no second one is needed.
 */
export class Drive implements Execution, Timer {
  readonly policy: Policy;
  readonly startedAt: number;
  readonly target: Target;
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  error: unknown;
  failures = 0;
  waitedMs = 0;
  older: readonly unknown[] = NONE;
  disposals: readonly (() => void)[] | undefined;
  /** What is waited for: a timer, or the answer of a backoff hook. */
  handle: unknown;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #attempt: RunningAttempt | undefined;
  #unwatch: (() => void) | undefined;
  /** When the event loop is known to have had a turn, if that is later than when the call began. */
  #turnedAt: number | undefined;

  constructor(
    policy: Policy,
    startedAt: number,
    target: Target,
    self: unknown,
    args: ArrayLike<unknown>,
    error?: unknown,
    attempt?: RunningAttempt,
  ) {
    this.policy = policy;
    this.startedAt = startedAt;
    this.target = target;
    this.self = self;
    this.args = args;
    this.error = error;
    this.#attempt = attempt;
  }

  /** Takes over after a failure; called by the promise that adopts this. */
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point.
  then(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.fail(this.error, reject);
  }

  /** The attempt that begins now. */
  newAttempt(): RunningAttempt {
    this.#attempt = new RunningAttempt(this.failures + 1, this.policy, this.startedAt, this.waitedMs);
    return this.#attempt;
  }

  /** The wait is over. */
  wake(): void {
    this.#unwatch?.();
    this.#turnedAt = now();
    try {
      resume(this);
      this.#retry();
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Whoever waits for this has left: leaves nothing pending, and never settles. */
  abandon(): void {
    this.#unwatch?.();
    stopTimer(this);
    this.handle = undefined;
    release(this);
  }

  #retry(): void {
    settled(this.target.again, this).then(
      (value) => {
        this.#attempt?.settle();
        recover(this);
        this.#resolve(value);
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Goes on after an attempt that threw `error`; what the call ends with, if it does, goes to `reject`. */
  fail(error: unknown, reject: (error: unknown) => void = this.#reject): void {
    this.#reject = reject;
    const attempt = this.#attempt;
    attempt?.settle();
    this.#attempt = undefined;
    try {
      const verdict = judge(this, error, attempt?.timedOut);
      if (verdict instanceof Promise) this.#await(verdict);
      else this.#conclude(verdict);
    } catch (end) {
      this.#reject(end);
    }
  }

  /** An answer may take its time, but not longer than the caller does. */
  #await(verdict: Promise<Verdict>): void {
    this.handle = verdict;
    new Promise<Verdict>((answer, refuse) => {
      verdict.then(answer, refuse);
      this.#unwatch = onAbort(this.policy, () => answer(false));
    })
      .finally(() => this.#unwatch?.())
      .then((answer) => {
        if (this.handle === verdict) this.#conclude(answer);
      })
      .catch(this.#reject);
  }

  #conclude(verdict: Verdict): void {
    const at = now();
    const waitMs = conclude(this, verdict, at);
    const turnedAt = this.#turnedAt ?? this.startedAt;
    // Nobody noted when it began.
    if (Number.isNaN(turnedAt)) this.#turnedAt = at;
    if (waitMs > 0) {
      startTimer(this, waitMs);
      this.#unwatch = onAbort(this.policy, () => {
        stopTimer(this);
        this.wake();
      });
    } else if (at - turnedAt >= TURN_MS || this.failures % TURN_COUNT === 0) {
      afterTurn(() => this.wake());
    } else {
      // Whoever was told of the retry may have taken their time, or aborted.
      if (this.disposals) resume(this);
      this.#retry();
    }
  }
}
