import { RunningAttempt } from './attempt.ts';
import { block, now } from './clock.ts';
import { type BlockAttempt, openTurn } from './context.ts';
import { effective, startTime } from './drive.ts';
import { conclude, type Execution, judge, type NameOf, outcome, recover, release, resume } from './execution.ts';
import { isThenable } from './match.ts';
import type { Policy } from './options.ts';

/** The attempts of one call, blocking the thread between them. Every synchronous surface is a loop over it. */
export function* attemptsSync(
  given: Policy,
  name: NameOf,
  self?: unknown,
  args: ArrayLike<unknown> = [],
): Generator<BlockAttempt, undefined, undefined> {
  const policy = effective(given);
  if (policy.signal?.aborted) throw policy.signal.reason;
  policy.budget?.deposit();
  const startedAt = startTime(policy);
  let execution: Execution | undefined;
  for (let num = 1; ; num++) {
    const { turn, end } = openTurn(new RunningAttempt(num, policy, undefined, startedAt, execution?.waitedMs ?? 0));
    let failure: ReturnType<typeof end>;
    try {
      yield turn;
    } finally {
      failure = end();
      if (!failure && execution) recover(execution);
    }
    if (!failure) return undefined;
    execution ??= {
      policy,
      signal: undefined,
      startedAt,
      name,
      self,
      args,
      failures: 0,
      waitedMs: 0,
      error: undefined,
      older: undefined,
      disposals: undefined,
    };
    pause(execution, failure.error);
  }
}

/** Waits for the next attempt, or throws what the call ends with. */
function pause(execution: Execution, error: unknown): void {
  const verdict = judge(execution, error);
  if (isThenable(verdict)) {
    verdict.then(undefined, () => {});
    throw new TypeError('`on` must answer at once here, got a promise; use retry from @stamina/core', { cause: error });
  }
  const decision = conclude(execution, verdict, now());
  if (typeof decision === 'string') throw outcome(execution, decision);
  try {
    if (decision > 0) block(decision);
  } catch {
    release(execution);
    throw new TypeError('blocking is not possible here; use retry from @stamina/core', { cause: error });
  }
  const reason = resume(execution);
  if (reason) throw outcome(execution, reason);
}
