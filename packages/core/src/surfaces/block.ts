import { AsyncCall, type AsyncForm } from '../call/async-call.ts';
import { begin } from '../call/begin.ts';
import { NONE } from '../call/call.ts';
import { notifySucceeded } from '../call/notify.ts';
import type { Policy, RetryOptions } from '../policy/options.ts';
import { resolvePolicy } from '../policy/resolve.ts';
import { type BlockAttempt, blockName, type Iteration, openIteration } from './iteration.ts';

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

type Step = IteratorResult<BlockAttempt, undefined>;

const DONE: Step = { value: undefined, done: true };

/** Runs a loop as if its body were a function. Each step of the loop ends the iteration before it. */
function iterate(given: Policy): AsyncIterator<BlockAttempt, undefined> {
  let isBegun = false;
  let call: AsyncCall | undefined;
  let iteration: Iteration | undefined;
  /** Settles the step that the loop waits for. */
  let answer: ((step: Step) => void) | undefined;

  const openNext = (running: AsyncCall): Step => {
    iteration = openIteration(running.newAttempt(), running);
    return { value: iteration.attempt, done: false };
  };
  const form: AsyncForm = { nameOf: blockName, retry: (running) => running.resolve(openNext(running)) };

  const endIteration = (): ReturnType<Iteration['end']> => {
    const failure = iteration?.end();
    if (call && iteration && !failure) notifySucceeded(call);
    iteration = undefined;
    return failure;
  };

  const start = (): Step => {
    isBegun = true;
    const { policy, startedAtMs, giveUpsBefore } = begin(given);
    call = new AsyncCall(policy, startedAtMs, giveUpsBefore, form, undefined, undefined, NONE, undefined);
    return openNext(call);
  };

  return {
    next: () =>
      new Promise((resolve, reject) => {
        answer = resolve;
        if (!isBegun) return resolve(start());
        const failure = endIteration();
        if (!call || !failure) resolve(DONE);
        else if (failure.isOverdue) call.expire(failure.error as Error, reject);
        else call.fail(failure.error, resolve, reject);
      }),
    return() {
      isBegun = true;
      answer?.(DONE);
      // Leaving the loop counts as a success, because an iterator cannot tell `break` from `throw`. If the iteration
      // had failed before, no hook is called, because nobody knows whether the call would have recovered.
      endIteration();
      call?.abandon();
      return Promise.resolve(DONE);
    },
  };
}
