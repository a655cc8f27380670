import { RunningAttempt } from './attempt.ts';
import { abortedSignal, startTime } from './call.ts';
import { block } from './clock.ts';
import { Turn } from './context.ts';
import { Execution, type NameOf } from './execution.ts';
import { isThenable } from './match.ts';
import { effective } from './mode.ts';
import type { Policy } from './options.ts';

/** The attempts of one call, blocking the thread between them. Every synchronous surface is a loop over it. */
export function* attemptsSync(given: Policy, nameOf: NameOf, args: ArrayLike<unknown>): Generator<Turn, undefined, undefined> {
  const policy = effective(given);
  const aborted = abortedSignal(policy, undefined);
  if (aborted) throw aborted.reason;
  policy.budget?.deposit();
  const startedAt = startTime(policy);
  let execution: Execution | undefined;
  for (let num = 1; ; num++) {
    const attempt = new RunningAttempt(num, execution ?? { policy, signal: undefined, startedAt, waitedMs: 0 });
    const turn = new Turn(attempt);
    let failure: { readonly error: unknown } | undefined;
    try {
      yield turn;
    } finally {
      failure = turn.end();
      attempt.settle();
      if (!failure) execution?.recover();
    }
    if (!failure) return undefined;
    execution ??= new Execution(policy, undefined, startedAt, nameOf, args);
    pause(execution, failure.error);
  }
}

/** Waits for the next attempt, or throws what the call ends with. */
function pause(execution: Execution, error: unknown): void {
  const verdict = execution.judge(error, false);
  if (isThenable(verdict)) {
    Promise.resolve(verdict).catch(() => {});
    throw new TypeError('`on` must answer at once here, got a promise; use retry from @stamina/core', { cause: error });
  }
  const decision = execution.conclude(verdict);
  if (typeof decision === 'string') throw execution.outcome(decision);
  try {
    if (decision > 0) block(decision);
  } catch {
    execution.release();
    throw new TypeError('blocking is not possible here; use retry from @stamina/core', { cause: error });
  }
  const reason = execution.resume();
  if (reason) throw execution.outcome(reason);
}
