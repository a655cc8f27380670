import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { type Begun, begin } from '../call/begin.ts';
import { NONE } from '../call/call.ts';
import { notifySucceeded } from '../call/notify.ts';
import { isSettleObserved } from '../events/hooks.ts';
import type { Policy, RetryOptions } from '../policy/options.ts';
import { resolvePolicy } from '../policy/resolve.ts';
import { type BlockAttempt, blockName, Iteration, type Owner } from './iteration.ts';

/** A policy for blocks, which can be used any number of times. Each loop over it is a call. */
export interface RetryBlock extends AsyncIterable<BlockAttempt> {
  /** The options as they were given. */
  readonly options: RetryOptions;
}

/**
 * Retries the body of a loop, which may contain `break` and `return`.
 *
 * The body is repeated if it reports an error by `attempt.fail(error)`. Otherwise the loop ends. An error that the body
 * throws is not retried, and hooks see a success, because a loop cannot tell `throw` from `break`.
 *
 * @param options the options of `retry`
 * @returns a policy. Each loop over it is a call
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * for await (const attempt of retryContext({ on: HttpError })) {
 *   try { rows = await query(); } catch (error) { attempt.fail(error); }
 * }
 */
export function retryContext(options: RetryOptions): RetryBlock {
  const policy = resolvePolicy(options);
  return { options, [Symbol.asyncIterator]: () => new Loop(policy) };
}

type Step = IteratorResult<BlockAttempt, undefined>;

const LEFT: Step = { value: undefined, done: true };
/** The last step of every loop. */
const DONE: Promise<Step> = /* @__PURE__ */ Promise.resolve(LEFT);

const BLOCK: AsyncForm = {
  nameOf: blockName,
  retry: (call) => (call.callee as Loop).open(call),
};

/**
 * Runs a loop as if its body were a function. Each step of the loop ends the iteration before it. A loop whose first
 * iteration succeeds usually needs no `AsyncCall`.
 */
class Loop implements AsyncIterator<BlockAttempt, undefined>, Owner {
  /** The policy of a loop that has not begun. */
  #given: Policy | undefined;
  #begun!: Begun;
  #call: AsyncCall | undefined;
  #iteration: Iteration | undefined;
  /** Settles the step that the loop waits for. */
  #answer: ((step: Step) => void) | undefined;

  constructor(given: Policy) {
    this.#given = given;
  }

  get call(): AsyncCall {
    this.#call ??= this.#newCall();
    return this.#call;
  }

  #newCall(): AsyncCall {
    const { policy, startedAtMs, giveUpsBefore } = this.#begun;
    return new AsyncCall(policy, startedAtMs, giveUpsBefore, BLOCK, this, undefined, NONE, undefined, this.#iteration);
  }

  next(): Promise<Step> {
    const given = this.#given;
    if (!given) return this.#continue();
    this.#given = undefined;
    try {
      this.#begun = begin(given);
    } catch (reason) {
      return Promise.reject(reason);
    }
    this.#iteration = new Iteration(this, this.#begun);
    this.#call?.newAttempt(this.#iteration);
    return Promise.resolve({ value: this.#iteration, done: false });
  }

  #continue(): Promise<Step> {
    const failure = this.#end();
    if (!failure) return DONE;
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      if (failure.isOverdue) this.call.expire(failure.error as Error, reject);
      else this.call.fail(failure.error, resolve, reject);
    });
  }

  /** Opens the next iteration of a call that is retried. */
  open(call: AsyncCall): void {
    this.#iteration = call.newAttempt(new Iteration(this, call, call.failures + 1, call.error));
    // Otherwise `return` would resolve this promise again. That has no effect, but it takes Node 50 ns.
    this.#answer = undefined;
    call.resolve({ value: this.#iteration, done: false });
  }

  return(): Promise<Step> {
    this.#given = undefined;
    this.#answer?.(LEFT);
    // Leaving the loop counts as a success, because an iterator cannot tell `break` from `throw`. If the iteration had
    // failed before, no hook is called, because nobody knows whether the call would have recovered.
    this.#end();
    this.#call?.abandon();
    return DONE;
  }

  #end(): ReturnType<typeof Iteration.end> {
    const iteration = this.#iteration;
    if (!iteration) return undefined;
    const failure = Iteration.end(iteration);
    if (failure) this.#call ??= this.#newCall();
    else if (this.#call || isSettleObserved(this.#begun.policy)) notifySucceeded(this.call);
    this.#iteration = undefined;
    return failure;
  }
}
