import { type Attempt, RunningAttempt } from '../call/attempt.ts';

/** One attempt of a block, which is one iteration of its loop. */
export interface BlockAttempt extends Attempt {
  /**
   * Reports that this attempt failed. The next step of the loop then waits, or throws the error.
   *
   * @throws TypeError if `error` is missing, if it is called twice, or if the iteration is over
   */
  fail(error: unknown): void;
}

/** One iteration of the loop of a block. */
export interface Iteration {
  readonly attempt: BlockAttempt;
  /** Ends the iteration. Returns its error, if it failed. */
  end(): { readonly error: unknown } | undefined;
}

/** Opens a iteration. Its body reports a failure by calling `attempt.fail`. */
export function openIteration(attempt: RunningAttempt): Iteration {
  let failure: { readonly error: unknown } | undefined;
  let isOver = false;
  const fail = (...given: unknown[]): void => {
    if (given.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
    if (isOver) throw new TypeError(`attempt ${attempt.num} is over; call fail on the attempt of this iteration`);
    if (failure) throw new TypeError(`attempt ${attempt.num} has failed already; call fail once per attempt`);
    failure = { error: given[0] };
  };
  const end = (): typeof failure => {
    isOver = true;
    RunningAttempt.settle(attempt);
    return failure;
  };
  return { attempt: Object.assign(attempt, { fail }), end };
}

/** Names the calls of blocks. */
export const blockName = (): string => '<block>';
