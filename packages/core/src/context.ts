import type { Attempt, RunningAttempt } from './attempt.ts';
import { type Drive, start } from './drive.ts';
import type { NameOf } from './execution.ts';
import { type Policy, type RetryOptions, resolvePolicy } from './options.ts';

/** One turn of a retried block. */
export interface BlockAttempt extends Attempt {
  /** Note that this attempt failed, once; the loop's next step waits, or throws the error. */
  fail(error: unknown): void;
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
export function retryContext(options: RetryOptions): AsyncIterable<BlockAttempt> {
  const policy = resolvePolicy(options);
  return { [Symbol.asyncIterator]: () => iterate(policy) };
}

/** What a block is called. */
export const blockName: NameOf = () => '<block>';

/** Ends a turn; tells how it failed, if it did. */
type EndTurn = () => { readonly error: unknown } | undefined;

/** Lets the body of a loop fail `attempt` by a call. */
export function openTurn(attempt: RunningAttempt): { readonly turn: BlockAttempt; readonly end: EndTurn } {
  let failure: ReturnType<EndTurn>;
  const fail = (...given: unknown[]): void => {
    if (given.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
    if (attempt.settled) throw new TypeError(`attempt ${attempt.num} is over; call fail on the attempt of this turn`);
    if (failure) throw new TypeError(`attempt ${attempt.num} has failed already; call fail once per attempt`);
    failure = { error: given[0] };
  };
  const end: EndTurn = () => {
    attempt.settle();
    return failure;
  };
  return { turn: Object.assign(attempt, { fail }), end };
}

/** Drives a loop as if its body were a function: each turn is a promise that the loop's next step settles. */
function iterate(policy: Policy): AsyncIterator<BlockAttempt, undefined> {
  type Result = IteratorResult<BlockAttempt, undefined>;
  const done: Result = { value: undefined, done: true };
  let answer = (_result: Result | Promise<never>): void => {};
  let begun = false;
  let over = false;
  let drive: Drive | undefined;
  /** Ends the turn that runs; before the first turn, begins it. */
  let proceed = (): void => {
    const finish = (result: Result | Promise<never>): void => {
      over = true;
      answer(result);
    };
    start(policy, undefined, open, blockName, undefined, (made) => {
      drive = made;
    }).then(
      () => finish(done),
      (error: unknown) => finish(Promise.reject(error)),
    );
  };
  const open = (attempt: RunningAttempt): Promise<void> =>
    new Promise((succeed, fail) => {
      const { turn, end } = openTurn(attempt);
      proceed = () => {
        const failure = end();
        // A turn that failed and was left is neither recovered nor given up: nobody learns what would have become of it.
        if (!failure) succeed();
        else if (!over) fail(failure.error);
      };
      answer({ value: turn, done: false });
    });

  return {
    next: () =>
      new Promise((resolve) => {
        if (over) return resolve(done);
        answer = resolve;
        begun = true;
        proceed();
      }),
    return() {
      answer(done);
      over = true;
      drive?.abandon();
      if (begun) proceed();
      return Promise.resolve(done);
    },
  };
}
