/*
 * The waits of an asynchronous call. Each is a function of its own, because a method that contains a closure allocates
 * a context whenever it is called.
 */

import type { Verdict } from '../decision/predicate.ts';
import type { Policy } from '../policy/options.ts';
import { afterTurn, stopTimer, type Timer } from '../time/clock.ts';
import type { Call } from './call.ts';
import { startDeadline } from './limits.ts';
import { haltOf, onAbort, waitSignals } from './signals.ts';

/** A call that does not wait gives the event loop a turn after this many ms, and after this many attempts. */
const TURN_MS = 10;
const TURN_COUNT = 1_000;

/** A call that waits for its timer, or for the answer of `on`. */
interface Waiting extends Timer {
  readonly policy: Policy;
  /** Stops listening to the signals of the call. */
  unwatch: (() => void) | undefined;
}

/**
 * Wakes a call before its timer does, when the call is aborted or stopped.
 *
 * A listener of a signal runs in the async context of the code that aborts it. A promise calls `wake` in the context of
 * the call instead, so that hooks and disposables see its request and its span.
 */
export function wakeOnAbort(call: Waiting): void {
  void new Promise<void>((resolve) => {
    call.unwatch = onAbort(waitSignals(call.policy), () => {
      stopTimer(call);
      resolve();
    });
  }).then(() => call.wake());
}

/** Returns whether a call that does not wait should give the event loop a turn. */
export function isTurnDue(sinceTurnMs: number, failures: number): boolean {
  return sinceTurnMs >= TURN_MS || failures % TURN_COUNT === 0;
}

/** Wakes a call once the event loop has had a turn. */
export function wakeAfterTurn(call: Waiting): void {
  afterTurn(() => call.wake());
}

/** Resolves with the answer of `on`. Resolves at once if the call is aborted or stopped, or when its deadline comes. */
export function answerOf(call: Waiting & Call, verdict: PromiseLike<Verdict>): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const unlisten = onAbort(waitSignals(call.policy), () => resolve(haltOf(call.policy) === 'stopped'));
    // No wait is as long as Infinity, so the call then gives up because of its deadline.
    const stop = call.policy.deadline === Infinity ? undefined : startDeadline(call, () => resolve(Infinity));
    call.unwatch = () => {
      unlisten?.();
      stop?.();
    };
    verdict.then(resolve, reject);
  });
}
