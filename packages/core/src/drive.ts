import { abortedSignal, onAbort } from './abort.ts';
import { RunningAttempt } from './attempt.ts';
import { afterTurn, now, startTimer, stopTimer, type Timer } from './clock.ts';
import { conclude, type Execution, judge, type NameOf, outcome, recover, release, resume } from './execution.ts';
import { GIVE_UP, isObserved, RECOVER } from './hooks.ts';
import type { Verdict } from './match.ts';
import type { Policy } from './options.ts';
import { shared } from './state.ts';

/** For how long, and how often, a call may go on without a turn of the event loop. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** The retried code. */
export type Target = (attempt: RunningAttempt) => unknown;

/** Calls the retried code once more. */
export type Again = (drive: Drive) => unknown;

/** Shared by all calls without arguments. */
export const NO_ARGS: ArrayLike<unknown> = [];

/**
 * The policy that holds for a call that begins now. What activation and test mode change is the policy itself, so
 * that nothing further down knows of them.
 */
export function effective(policy: Policy): Policy {
  return shared.mode === undefined ? policy : override(policy);
}

function override(policy: Policy): Policy {
  if (!shared.mode?.active) return { ...policy, attempts: 1, match: () => false, budget: undefined, observable: false };
  const { attempts, cap } = shared.mode.testing as { attempts: number; cap: boolean };
  return { ...policy, waits: false, attempts: cap ? Math.min(policy.attempts, attempts) : attempts };
}

/** When a call that begins now began; NaN, and no clock is read, where neither a timeout nor a listener needs it. */
export function startTime(policy: Policy): number {
  const needed =
    policy.timeoutMs !== Infinity || isObserved(GIVE_UP, policy.listener) || isObserved(RECOVER, policy.listener);
  return needed ? now() : Number.NaN;
}

/**
 * Runs `target` until it succeeds or nothing may follow. Nothing but the attempt is made unless it fails; then
 * `begun` is given what drives the call on.
 */
export function start(
  given: Policy,
  signal: AbortSignal | undefined,
  target: Target,
  name: NameOf,
  args: ArrayLike<unknown> = NO_ARGS,
  begun?: (drive: Drive) => void,
): Promise<unknown> {
  const policy = effective(given);
  const aborted = abortedSignal({ policy, signal });
  if (aborted) return Promise.reject(aborted.reason);
  policy.budget?.deposit();
  const startedAt = startTime(policy);
  const attempt = new RunningAttempt(1, policy, signal, startedAt, 0);
  return settled(target, attempt).then(
    (value) => {
      attempt.settle();
      return value;
    },
    (error: unknown) => {
      const drive = new Drive(policy, signal, startedAt, name, target, args, startAgain, error, attempt);
      begun?.(drive);
      return drive;
    },
  );
}

const startAgain: Again = (drive) => {
  const target = drive.self as Target;
  return target(drive.newAttempt());
};

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
  readonly signal: AbortSignal | undefined;
  readonly startedAt: number;
  readonly name: NameOf;
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  failures = 0;
  waitedMs = 0;
  error: unknown;
  older: readonly unknown[] | undefined;
  disposals: readonly (() => void)[] | undefined;
  handle: unknown;
  leftMs = 0;
  readonly #again: Again;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #attempt: RunningAttempt | undefined;
  #unwatch: (() => void) | undefined;
  /** The answer of a backoff hook that is waited for. */
  #judging: Promise<Verdict> | undefined;
  #turnedAt: number | undefined;
  #sinceTurn = 0;

  constructor(
    policy: Policy,
    signal: AbortSignal | undefined,
    startedAt: number,
    name: NameOf,
    self: unknown,
    args: ArrayLike<unknown>,
    again: Again,
    error: unknown,
    attempt: RunningAttempt | undefined,
  ) {
    this.policy = policy;
    this.signal = signal;
    this.startedAt = startedAt;
    this.name = name;
    this.self = self;
    this.args = args;
    this.error = error;
    this.#again = again;
    this.#attempt = attempt;
  }

  /** Takes over after the first failure; called by the promise that adopts this. */
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is the point.
  then(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#fail(this.error);
  }

  /** The attempt that begins now. */
  newAttempt(): RunningAttempt {
    this.#attempt = new RunningAttempt(this.failures + 1, this.policy, this.signal, this.startedAt, this.waitedMs);
    return this.#attempt;
  }

  /** The wait is over. */
  wake(): void {
    this.#unwatch?.();
    this.#sinceTurn = 0;
    this.#turnedAt = now();
    this.#proceed();
  }

  /** Whoever waits for this has left: leaves nothing pending, and never settles. */
  abandon(): void {
    this.#judging = undefined;
    this.#unwatch?.();
    stopTimer(this);
    release(this);
  }

  #proceed(): void {
    const reason = resume(this);
    if (reason) this.#reject(outcome(this, reason));
    else this.#retry();
  }

  #retry(): void {
    settled(this.#again, this).then(
      (value) => {
        this.#attempt?.settle();
        recover(this);
        this.#resolve(value);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    const timedOut = this.#attempt?.timedOut;
    this.#attempt?.settle();
    this.#attempt = undefined;
    try {
      const verdict = judge(this, error, timedOut);
      if (verdict instanceof Promise) this.#await(verdict);
      else this.#conclude(verdict);
    } catch (hookError) {
      this.#reject(hookError);
    }
  }

  /** An answer may take its time, but not longer than the caller does. */
  #await(verdict: Promise<Verdict>): void {
    this.#judging = verdict;
    const once =
      <Value>(then: (value: Value) => void) =>
      (value: Value): void => {
        if (this.#judging !== verdict) return;
        this.#judging = undefined;
        this.#unwatch?.();
        then(value);
      };
    const answered = once((answer: Verdict) => this.#conclude(answer));
    this.#watch(() => answered(false));
    verdict.then(answered, once(this.#reject));
  }

  #conclude(verdict: Verdict): void {
    const at = now();
    const decision = conclude(this, verdict, at);
    if (typeof decision === 'string') this.#reject(outcome(this, decision));
    else if (decision > 0) this.#sleep(decision);
    else if (at - this.#lastTurn(at) >= TURN_MS || ++this.#sinceTurn >= TURN_COUNT) afterTurn(() => this.wake());
    // Whoever was told of the retry may have taken their time, or aborted.
    else if (this.disposals) this.#proceed();
    else this.#retry();
  }

  /** When the event loop is known to have had a turn; before the first, the call began, if that was noted. */
  #lastTurn(at: number): number {
    this.#turnedAt ??= Number.isNaN(this.startedAt) ? at : this.startedAt;
    return this.#turnedAt;
  }

  #sleep(ms: number): void {
    startTimer(this, ms);
    this.#watch(() => {
      stopTimer(this);
      this.wake();
    });
  }

  /** Calls `then` once a signal is aborted; `#unwatch` leaves no listener. */
  #watch(then: () => void): void {
    const unlisten = onAbort(this, then);
    if (!unlisten) return;
    this.#unwatch = () => {
      unlisten();
      this.#unwatch = undefined;
    };
    if (abortedSignal(this)) then();
  }
}
