import type { Attempt, RunningAttempt } from './attempt.ts';
import { start } from './drive.ts';
import { type Policy, resolvePolicy, type RetryOptions } from './options.ts';

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

/** One turn: the driver waits for it as it waits for a function's result. */
export class Turn implements BlockAttempt {
  readonly #attempt: RunningAttempt;
  #over = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(attempt: RunningAttempt) {
    this.#attempt = attempt;
  }

  get num(): number {
    return this.#attempt.num;
  }

  get nextWait(): number {
    return this.#attempt.nextWait;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  fail(error: unknown): void {
    if (arguments.length === 0) throw new TypeError('`fail` must be given the error; write attempt.fail(error)');
    if (this.#over) throw new TypeError(`attempt ${this.num} is over; call fail on the attempt of this turn`);
    if (this.#failure) throw new TypeError(`attempt ${this.num} has failed already; call fail once per attempt`);
    this.#failure = { error };
  }

  /** Ends the turn; tells how it failed, if it did. */
  end(): { readonly error: unknown } | undefined {
    this.#over = true;
    return this.#failure;
  }

  /** Ends the attempt of a turn that nobody waits for any more. */
  settle(): void {
    this.#attempt.settle();
  }
}

interface Settle {
  readonly succeed: (value?: undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Drives a loop as if its body were a function: each turn is a promise that the loop's next step settles. */
function iterate(policy: Policy): AsyncIterator<BlockAttempt, undefined> {
  let running: (Settle & { readonly turn: Turn }) | undefined;
  let answer: (result: IteratorResult<BlockAttempt, undefined> | PromiseLike<never>) => void;
  let over = false;

  const target = (attempt: RunningAttempt): Promise<undefined> =>
    new Promise((succeed, fail) => {
      const turn = new Turn(attempt);
      running = { turn, succeed: succeed as Settle['succeed'], fail };
      answer({ value: turn, done: false });
    });
  const finish = (): void => {
    over = true;
    answer({ value: undefined, done: true });
  };
  const giveUp = (error: unknown): void => {
    over = true;
    answer(Promise.reject(error));
  };

  return {
    next() {
      if (over) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve) => {
        answer = resolve;
        if (!running) {
          start(policy, undefined, target, () => policy.name ?? '<block>').then(finish, giveUp);
          return;
        }
        const failure = running.turn.end();
        if (failure) running.fail(failure.error);
        else running.succeed();
      });
    },
    return() {
      over = true;
      const left = running;
      answer = () => {};
      // A turn that failed is neither recovered nor given up: nobody learns what would have become of it.
      if (left?.turn.end()) left.turn.settle();
      else left?.succeed();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
}
