/*
 * The waits of an asynchronous call. Each closure is in a small function of its own, because a function that contains a
 * closure allocates a context whenever it is called.
 */

import type { Verdict } from '../decision/predicate.ts';
import type { Policy } from '../policy/options.ts';
import { afterTurn, now, startTimer, stopTimer, type Timer } from '../time/clock.ts';
import type { Call } from './call.ts';
import { startDeadline } from './limits.ts';
import { disposeOfHookResults, endWait, scheduleRetry } from './schedule.ts';
import { haltOf, isHaltable, onAbort, waitSignals } from './signals.ts';

/** A call that does not wait gives the event loop a turn after this many ms, and after this many attempts. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** The parts of an asynchronous call that its waits need. The call is its own timer. */
export interface Waiting extends Call, Timer {
  readonly policy: Policy;
  phase: 'attempt' | 'between attempts' | 'over';
  /** The last time during this call at which the event loop is known to have had a turn. */
  turnedAtMs: number | undefined;
  /** Stops listening to the signals and the deadline of the call. */
  unwatch: (() => void) | undefined;
  /** Makes the next attempt. */
  retry(): void;
  /** Ends the call, which then rejects with `error`. */
  end(error: unknown): void;
}

/**
 * Decides whether to retry, and begins the wait before the next attempt. Makes the attempt at once if there is no wait.
 *
 * @throws the error that the call ends with, if it is not retried
 */
export function waitForRetry(call: Waiting, verdict: Verdict): void {
  if (!isBetweenAttempts(call)) return;
  const { policy } = call;
  const nowMs = now();
  const waitMs = scheduleRetry(call, verdict, nowMs);
  if (!isBetweenAttempts(call)) {
    // A hook has closed the loop of a block.
    disposeOfHookResults(call);
    return;
  }
  if (waitMs > 0) {
    startTimer(call, waitMs);
    // A mock of `setTimeout` may have ended the wait at once.
    if (isHaltable(policy) && isBetweenAttempts(call)) wakeOnAbort(call);
    return;
  }
  call.turnedAtMs ??= call.startedAtMs ?? nowMs;
  if (nowMs - call.turnedAtMs >= TURN_MS || call.failures % TURN_COUNT === 0) {
    wakeAfterTurn(call);
  } else {
    // A hook, `discard` or a custom budget may have taken too much time, or may have aborted the call.
    if (call.disposals || isHaltable(policy) || call.form.discard || policy.budget) endWait(call);
    call.retry();
  }
}

/** Waits for the answer of `on`, and then for the retry. */
export function waitForAnswer(call: Waiting, verdict: PromiseLike<Verdict>): void {
  answerOf(call, verdict)
    .then((answer) => {
      call.unwatch?.();
      waitForRetry(call, answer);
    })
    .then(undefined, (end: unknown) => call.end(end));
}

/**
 * Returns whether the call is still between two attempts. Hooks and disposables may have ended it, for example by
 * closing its loop.
 */
export function isBetweenAttempts({ phase }: Waiting): boolean {
  return phase === 'between attempts';
}

/**
 * Wakes a call before its timer does, when the call is aborted or stopped.
 *
 * A listener of a signal runs in the async context of the code that aborts it. A promise calls `wake` in the context of
 * the call instead, so that hooks and disposables see its request and its span.
 */
function wakeOnAbort(call: Waiting): void {
  void new Promise<void>((resolve) => {
    call.unwatch = onAbort(waitSignals(call.policy), () => {
      stopTimer(call);
      resolve();
    });
  }).then(() => call.wake());
}

/** Wakes a call once the event loop has had a turn. */
function wakeAfterTurn(call: Waiting): void {
  afterTurn(() => call.wake());
}

/** Resolves with the answer of `on`. Resolves earlier if the call is aborted or stopped, or reaches its deadline. */
function answerOf(call: Waiting, verdict: PromiseLike<Verdict>): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const unlisten = onAbort(waitSignals(call.policy), () => resolve(haltOf(call.policy) === 'stopped'));
    // An answer of Infinity is a wait that ends after every deadline, so the call gives up.
    const stop = call.policy.deadline === Infinity ? undefined : startDeadline(call, () => resolve(Infinity));
    call.unwatch = () => {
      unlisten?.();
      stop?.();
    };
    verdict.then(resolve, reject);
  });
}
