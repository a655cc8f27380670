/*
 * The two limits that act while an attempt is running. `attemptTimeout` aborts the attempt, and `deadline` ends the
 * call.
 */

import { warnOnce } from '../events/host.ts';
import type { Policy } from '../policy/options.ts';
import { now, startTimer, stopTimer, type Timer } from '../time/clock.ts';
import { type Call, elapsedMs } from './call.ts';
import { reportOf } from './notify.ts';
import { namedError } from './signals.ts';

/**
 * Calls `then` after `ms`.
 *
 * @returns a function that prevents that. It also works if fake timers were installed in the meantime, although they
 *   cannot stop the timer
 */
function startLimit(policy: Policy, ms: number, then: () => void): () => void {
  let isOver = false;
  const timer: Timer = { policy, wake: () => isOver || then() };
  startTimer(timer, ms);
  return () => {
    isOver = true;
    stopTimer(timer);
  };
}

/** Warns, once per policy, that `attemptTimeout` has no effect because the retried code does not know of it. */
export function warnOfIgnoredLimit({ origin }: Policy, name: string | undefined, excess: string): void {
  warnOnce(origin as object, () => [
    `${name ? `${name}: ` : ''}${excess}, and nothing ended it, because it did not read attempt.signal.`,
    'Pass attempt.signal or attempt.timeLeft to what the attempt calls, or set `deadline`.',
  ]);
}

/** The `setTimeout` of the runtime. Fake timers replace the global one. */
const realSetTimeout = globalThis.setTimeout;
/** Allows for rounding errors. Adding a time and subtracting it again may give a slightly smaller number. */
const ROUNDING_MS = 0.01;

/** The time limit of one attempt. */
export interface AttemptLimit {
  /** Stops the limit, so that it has no effect. */
  stop(): void;
}

/** A member of a ring. A member that is alone is its own neighbour. */
interface Link {
  newer: Link;
  older: Link;
}

/**
 * The timer of all attempts that have the same `attemptTimeout`. Their limits end in the order in which they began, so
 * the timer waits for the oldest. A timer for each attempt would take longer to start and stop than everything else
 * that a limit needs.
 *
 * The limits form a ring, in the order of their age. The timer is in the ring too, between the newest limit and the
 * oldest. A `Set` of limits would be simpler, but adding to it and deleting from it takes four times as long.
 */
class SharedTimer implements Timer, Link {
  readonly policy = { unref: false };
  handle: { ref?(): void; unref?(): void } | undefined;
  declare dueAtMs: number;
  /** The oldest limit. */
  newer: Link = this;
  /** The newest limit. */
  older: Link = this;
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
    startTimer(this, ms);
    sharedTimers.set(ms, this);
  }

  /** Lets the process exit while no attempt is limited. If the runtime has no `unref`, this stops the timer. */
  idle(): void {
    if (this.handle?.unref) this.handle.unref();
    else this.#end();
  }

  /**
   * Ends the attempts whose limits are due, and waits for the next limit. Compares the limits with the time that the
   * timer was set for, and not with the clock, because some fake timers do not move the clock.
   */
  wake(): void {
    const dueAtMs = this.dueAtMs + ROUNDING_MS;
    while (this.newer !== this) {
      const limit = this.newer as SharedLimit;
      if (limit.dueAtMs > dueAtMs) {
        startTimer(this, limit.dueAtMs - now());
        return;
      }
      limit.exceed();
    }
    this.#end();
  }

  #end(): void {
    stopTimer(this);
    sharedTimers.delete(this.#ms);
  }
}

const sharedTimers = /* @__PURE__ */ new Map<number, SharedTimer>();

/** The limit of an attempt, which shares its timer with the limits of other attempts. */
class SharedLimit implements AttemptLimit, Link {
  newer: Link;
  older: Link;
  readonly dueAtMs: number;
  readonly #timer: SharedTimer;
  readonly #then: () => void;

  constructor(timer: SharedTimer, dueAtMs: number, then: () => void) {
    if (timer.newer === timer) timer.handle?.ref?.();
    this.newer = timer;
    this.older = timer.older;
    this.dueAtMs = dueAtMs;
    this.#timer = timer;
    this.#then = then;
    timer.older.newer = this;
    timer.older = this;
  }

  #leave(): void {
    this.older.newer = this.newer;
    this.newer.older = this.older;
    this.older = this.newer = this;
  }

  /** Ends the attempt, because it has taken too long. */
  exceed(): void {
    this.#leave();
    this.#then();
  }

  stop(): void {
    if (this.newer === this) return;
    this.#leave();
    if (this.#timer.newer === this.#timer) this.#timer.idle();
  }
}

/** Starts the limit of an attempt. Calls `then` once `attemptTimeout` has passed, unless the limit was stopped. */
export function startAttemptLimit(policy: Policy, startedAtMs: number, then: () => void): AttemptLimit {
  const { attemptTimeout, unref } = policy;
  // A shared timer keeps the process alive, and would outlive fake timers.
  if (unref || setTimeout !== realSetTimeout) return { stop: startLimit(policy, attemptTimeout, then) };
  const timer = sharedTimers.get(attemptTimeout) ?? new SharedTimer(attemptTimeout);
  return new SharedLimit(timer, startedAtMs + attemptTimeout, then);
}

/** Calls `then` with a `TimeoutError` at the deadline of a call. Returns a function that prevents that. */
export function startDeadline(call: Call, then: (error: Error) => void): () => void {
  const { policy, failures } = call;
  const { deadline } = policy;
  return startLimit(policy, deadline - elapsedMs(call.startedAtMs, call.waitedMs, now()), () => {
    const time = deadline < 1_000 ? `${deadline} ms` : `${deadline / 1_000} s`;
    const attempts = failures > 0 ? `${failures + 1} attempts` : '1 attempt';
    const options = failures > 0 ? { cause: reportOf(call, call.error) } : undefined;
    then(namedError('TimeoutError', `no success within ${time} (${attempts})`, options));
  });
}
