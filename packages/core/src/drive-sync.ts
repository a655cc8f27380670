import { RunningAttempt } from './attempt.ts';
import { block, now } from './clock.ts';
import { type BlockAttempt, openTurn } from './context.ts';
import { begin, startTime } from './drive.ts';
import { conclude, type Execution, judge, type NameOf, NONE, recover, release, resume } from './execution.ts';
import { isThenable } from './match.ts';
import type { Policy } from './options.ts';

/** The attempts of one call, blocking the thread between them. Every synchronous surface is a loop over it. */
export function* attemptsSync(
  given: Policy,
  nameOf: NameOf,
  self?: unknown,
  args: ArrayLike<unknown> = NONE,
): Generator<BlockAttempt, undefined, undefined> {
  const policy = begin(given);
  const execution: Execution = {
    policy,
    startedAt: startTime(policy),
    target: { nameOf },
    self,
    args,
    failures: 0,
    waitedMs: 0,
    error: undefined,
    older: NONE,
    disposals: undefined,
  };
  for (;;) {
    const { failures, startedAt, waitedMs } = execution;
    const turn = openTurn(new RunningAttempt(failures + 1, policy, startedAt, waitedMs));
    let failure: ReturnType<typeof turn.end>;
    try {
      yield turn.attempt;
    } finally {
      failure = turn.end();
      if (!failure) recover(execution);
    }
    if (!failure) return undefined;
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
  const waitMs = conclude(execution, verdict, now());
  try {
    if (waitMs > 0) block(waitMs);
  } catch {
    release(execution);
    throw new TypeError('blocking is not possible here; use retry from @stamina/core', { cause: error });
  }
  resume(execution);
}
