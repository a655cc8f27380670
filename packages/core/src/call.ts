import type { Attempt } from './attempt.ts';
import { type Attempted, begin, Drive, RUN, startTime } from './drive.ts';
import { NONE } from './execution.ts';
import { checkFunction } from './invalid.ts';
import { type Policy, type RunOptions, resolveCall } from './options.ts';

/** A call that has begun, and whose first attempt its caller makes. */
export interface RetryCall {
  /**
   * Note that the first attempt failed, once. What follows is what `run` does: `again` makes the attempts from the second on.
   *
   * @param options what the call has of its own from now on: it costs a call that succeeds nothing to make them only here
   * @returns a promise of what `again` returns; rejects with what the call ends with, if it gives up
   * @throws TypeError for what is not allowed, and at a second failure
   */
  fail<Result>(error: unknown, again: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
}

/** All that a call costs as long as nothing fails. */
export class BegunCall implements RetryCall {
  readonly #policy: Policy;
  readonly #startedAt: number;
  #failed = false;

  /** Throws the reason of a signal that was aborted before. */
  constructor(given: Policy) {
    this.#policy = begin(given);
    this.#startedAt = startTime(this.#policy);
  }

  fail(error: unknown, again: Attempted, own?: RunOptions): Promise<any> {
    checkFunction('again', again, 'write fail(error, () => load(id))');
    const policy = resolveCall(this.#policy, own, 'fail(error, again, { name })');
    if (this.#failed) throw new TypeError('this call has failed already; call fail once per call');
    this.#failed = true;
    return new Promise((resolve, reject) => {
      new Drive(policy, this.#startedAt, RUN, again, NONE, error).then(resolve, reject);
    });
  }
}
