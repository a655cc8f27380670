import type { Attempt, RunningAttempt } from './attempt.ts';
import { begin, Drive, startTime, type Target } from './drive.ts';
import { type NameOf, NONE, recover } from './execution.ts';
import { type Policy, type RetryOptions, resolvePolicy } from './options.ts';

/** One turn of a retried block. */
export interface BlockAttempt extends Attempt {
  /** Note that this attempt failed, once; the loop's next step waits, or throws the error. */
  fail(error: unknown): void;
}

/** A block's policy, ready to use any number of times: each loop over it is a call. */
export interface RetryBlock extends AsyncIterable<BlockAttempt> {
  /** What it was made of, as it was given. */
  readonly options: RetryOptions;
}

/**
 * Retry a block of code with a control flow of its own.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * for await (const attempt of retryContext({ on: HttpError })) {
 *   try { rows = await query(); } catch (error) { attempt.fail(error); }
 * }
 */
export function retryContext(options: RetryOptions): RetryBlock {
  const policy = resolvePolicy(options);
  return { options, [Symbol.asyncIterator]: () => iterate(policy) };
}

/** What a block is called. */
export const blockName: NameOf = () => '<block>';

/** A turn of a loop, and how to end it: that tells how it failed, if it did. */
export interface Turn {
  readonly attempt: BlockAttempt;
  end(): { readonly error: unknown } | undefined;
}

/** Lets the body of a loop fail `attempt` by a call. */
export function openTurn(attempt: RunningAttempt): Turn {
  let failure: { readonly error: unknown } | undefined;
  const fail = (...given: unknown[]): void => {
    if (given.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
    if (attempt.settled) throw new TypeError(`attempt ${attempt.num} is over; call fail on the attempt of this turn`);
    if (failure) throw new TypeError(`attempt ${attempt.num} has failed already; call fail once per attempt`);
    failure = { error: given[0] };
  };
  const end = (): typeof failure => {
    attempt.settle();
    return failure;
  };
  return { attempt: Object.assign(attempt, { fail }), end };
}

/** Drives a loop as if its body were a function: the loop's next step settles the turn that runs. */
function iterate(given: Policy): AsyncIterator<BlockAttempt, undefined> {
  type Result = IteratorResult<BlockAttempt, undefined>;
  const done: Result = { value: undefined, done: true };
  let answer = (_result: Result): void => {};
  let begun = false;
  let drive: Drive | undefined;
  let turn: Turn | undefined;
  const open = (started: Drive): void => {
    turn = openTurn(started.newAttempt());
    answer({ value: turn.attempt, done: false });
  };
  const target: Target = {
    nameOf: blockName,
    again: (again) => {
      open(again);
      return new Promise(() => {}); // How the turn ends is told by the loop's next step.
    },
  };
  const close = (): ReturnType<Turn['end']> => {
    const failure = turn?.end();
    if (turn && !failure) recover(drive as Drive);
    turn = undefined;
    return failure;
  };
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (!begun) {
          begun = true;
          const policy = begin(given);
          answer = resolve;
          drive = new Drive(policy, startTime(policy), target, undefined, NONE);
          open(drive);
          return;
        }
        const failure = close();
        if (!failure) return resolve(done);
        answer = resolve;
        (drive as Drive).fail(failure.error, reject);
      }),
    return() {
      begun = true;
      answer(done);
      // A turn that failed and was left is neither recovered nor given up: nobody learns what would have become of it.
      close();
      drive?.abandon();
      return Promise.resolve(done);
    },
  };
}
