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
 * @returns a function that prevents the call. It works even if the timer cannot be stopped, because fake timers were
 *   installed meanwhile
 */
export function startLimit(policy: Policy, ms: number, then: () => void): () => void {
  let isOver = false;
  const timer: Timer = { policy, wake: () => isOver || then() };
  startTimer(timer, ms);
  return () => {
    isOver = true;
    stopTimer(timer);
  };
}

/** Warns, once per policy, that `attemptTimeout` has no effect because the retried code does not know of it. */
export function warnOfIgnoredLimit({ name, origin }: Policy, excess: string): void {
  warnOnce(origin as object, () => [
    `${name ? `${name}: ` : ''}${excess}, and nothing ended it, because it did not read attempt.signal.`,
    'Pass attempt.signal to what the attempt calls, or attempt.timeLeft if that takes a number. Or set `deadline`, which ' +
      'ends the call in any case. Further attempts of this policy are not reported.',
  ]);
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
