import { type Attempt, RunningAttempt } from '../call/attempt.ts';
import { startTime } from '../call/begin.ts';
import type { Call } from '../call/call.ts';
import { startDeadline } from '../call/limits.ts';
import { restart } from '../call/notify.ts';

/** One attempt of a block, which is one iteration of its loop. */
export interface BlockAttempt extends Attempt {
  /**
   * Reports that this attempt failed. The next step of the loop then waits, or throws the error.
   *
   * @throws TypeError if `error` is missing, if it is called twice, or if the iteration is over
   */
  fail(error: unknown): void;
  /**
   * Reports that it worked until here. From now on, attempts, waits, `timeout` and `deadline` count as if the call had
   * just begun with this attempt. Use it for connections that live long. If the call had failed before, hooks hear that
   * it has recovered.
   *
   * @throws TypeError if the iteration is over
   */
  reset(): void;
}

/** The failure of an iteration. `isOverdue` is true if it exceeded the deadline. */
interface Failure {
  readonly error: unknown;
  readonly isOverdue: boolean;
}

/** One iteration of the loop of a block. */
export interface Iteration {
  readonly attempt: BlockAttempt;
  /** Ends the iteration. Returns its failure, if it failed. */
  end(): Failure | undefined;
}

/** Opens an iteration. Its body reports a failure by calling `attempt.fail`. */
export function openIteration(attempt: RunningAttempt, call: Call): Iteration {
  const { policy } = call;
  let failure: Failure | undefined;
  let hasReported = false;
  let isOver = false;
  let stopDeadline: (() => void) | undefined;
  const watchDeadline = (): void => {
    if (policy.deadline === Infinity) return;
    stopDeadline = startDeadline(call, (error) => {
      failure ??= { error, isOverdue: true };
      RunningAttempt.abort(attempt, error);
    });
  };
  const refuseIfOver = (method: string): void => {
    if (isOver) throw new TypeError(`attempt ${attempt.num} is over; call ${method} on the attempt of this iteration`);
  };
  const fail = (...given: unknown[]): void => {
    if (given.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
    refuseIfOver('fail');
    if (hasReported) throw new TypeError(`attempt ${attempt.num} has failed already; call fail once per attempt`);
    hasReported = true;
    failure ??= { error: given[0], isOverdue: false };
  };
  const reset = (): void => {
    refuseIfOver('reset');
    if (failure?.isOverdue) return;
    stopDeadline?.();
    restart(call, startTime(policy));
    RunningAttempt.restart(attempt, call.startedAtMs);
    watchDeadline();
  };
  const end = (): typeof failure => {
    isOver = true;
    stopDeadline?.();
    RunningAttempt.settle(attempt);
    return failure;
  };
  watchDeadline();
  return { attempt: Object.assign(attempt, { fail, reset }), end };
}

/** Names the calls of blocks. */
export const blockName = (): string => '<block>';
