/*
 * The two limits that end something while an attempt is running: `attemptTimeout` and `deadline`.
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
 * @returns a function that prevents the call. It also works if fake timers were installed in the meantime, although the
 *   timer can then not be stopped
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

const realSetTimeout = globalThis.setTimeout;
const ROUNDING_MS = 0.01;

/** The time limit of one attempt. */
export interface AttemptLimit {
  /** Ends the limit, which then has no effect. */
  stop(): void;
}

/** A member of a ring. One that is in no ring is its own neighbour. */
interface Link {
  newer: Link;
  older: Link;
}

/**
 * The timer of all attempts that have the same `attemptTimeout`. They end in the order in which they began, so it waits
 * for the oldest. Starting and stopping a timer for each attempt would take longer than everything else that a time limit
 * needs. The limits and the timer form a ring, because adding to a `Set` and deleting from it takes four times as long.
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

  /** While no attempt is limited, the timer must not keep the process alive. Without `unref`, it must be stopped. */
  idle(): void {
    if (this.handle?.unref) this.handle.unref();
    else this.#end();
  }

  /**
   * Ends the attempts that are due at the time that the timer was set for. Does not compare it with the clock, because
   * some fake timers do not move the clock.
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

/** The limit of an attempt that shares its timer with others. */
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

/** Starts the limit of an attempt. Calls `then` once the attempt takes longer than `attemptTimeout`. */
export function startAttemptLimit(policy: Policy, startedAtMs: number, then: () => void): AttemptLimit {
  const { attemptTimeout, unref } = policy;
  // A shared timer would outlive fake timers.
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
