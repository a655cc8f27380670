import { handleRejection, isThenable } from '@stamina/validation';
import type { Policy } from '../policy/options.ts';
import { shared } from '../process/shared.ts';
import { now, sleepSync } from '../time/clock.ts';
import { newAttempt, RunningAttempt } from './attempt.ts';
import { begin } from './begin.ts';
import { type Call, type Form, NONE, recordFailure } from './call.ts';
import { classify, disposeOfHookResults, endWait, scheduleRetry } from './schedule.ts';

/** Begins a synchronous call. */
export function beginSync(
  given: Policy,
  form: Form,
  callee?: unknown,
  thisArg?: unknown,
  args: readonly unknown[] = NONE,
): Call {
  const state = { failures: 0, waitedMs: 0, error: undefined, olderErrors: NONE, waits: NONE, disposals: undefined };
  return { ...begin(given), form, callee, thisArg, args, ...state };
}

/**
 * Calls `attempt` until it succeeds. Returns its result, or throws the error that the call ends with. After a success,
 * the caller notifies hooks.
 */
export function runSync(call: Call, attempt: (running: RunningAttempt) => unknown): unknown {
  for (;;) {
    const running = newAttempt(call);
    let result: unknown;
    try {
      result = attempt(running);
    } catch (error) {
      RunningAttempt.settle(running);
      waitSync(call, error);
      continue;
    }
    RunningAttempt.settle(running);
    refusePromise(result);
    return result;
  }
}

/**
 * Continues a call after an attempt failed. Blocks the thread until the next attempt is due.
 *
 * @throws the error that the call ends with, if it is not retried
 */
export function waitSync(call: Call, error: unknown): void {
  recordFailure(call, error);
  const verdict = classify(call, false);
  if (isThenable(verdict)) {
    handleRejection(verdict);
    throw new TypeError('`on` must answer at once here, got a promise; use retry from @stamina/core', { cause: error });
  }
  const waitMs = scheduleRetry(call, verdict, now());
  try {
    if (waitMs > 0) sleepSync(waitMs);
  } catch {
    disposeOfHookResults(call);
    throw new TypeError('blocking is not possible here; use retry from @stamina/core', { cause: error });
  }
  endWait(call);
  call.giveUpsBefore = shared.giveUps;
}

/** Throws a TypeError if a synchronous attempt returned a promise. */
function refusePromise(result: unknown): void {
  if (!isThenable(result)) return;
  handleRejection(result);
  throw new TypeError('a function retried here must not return a promise; use retry from @stamina/core');
}
