import { notifySucceeded } from '../call/notify.ts';
import { beginSync, waitSync } from '../call/sync-call.ts';
import type { Policy, RetryOptions } from '../policy/options.ts';
import { type BlockAttempt, blockName, Iteration } from './iteration.ts';
import { resolvePolicySync } from './retry-sync.ts';

/** A policy for synchronous blocks, which can be used any number of times. Each loop over it is a call. */
export interface RetryBlockSync extends Iterable<BlockAttempt> {
  /** The options as they were given. */
  readonly options: RetryOptions;
}

/**
 * Retries the body of a synchronous loop, which may contain `break` and `return`. It blocks the thread while it waits,
 * so never use it in a server.
 *
 * The body is repeated if it reports an error by `attempt.fail(error)`. Otherwise the loop ends. An error that the body
 * throws is not retried, and hooks see a success, because a loop cannot tell `throw` from `break`.
 *
 * @param options the options of `retry`, without `attemptTimeout` and `deadline`
 * @returns a policy. Each loop over it is a call
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * for (const attempt of retryContextSync({ on: Error })) {
 *   try { text = readFileSync(path, 'utf8'); } catch (error) { attempt.fail(error); }
 * }
 */
export function retryContextSync(options: RetryOptions): RetryBlockSync {
  const policy = resolvePolicySync(options);
  return { options, [Symbol.iterator]: () => iterate(policy) };
}

const BLOCK = { nameOf: blockName };

function* iterate(policy: Policy): Generator<BlockAttempt, undefined, undefined> {
  const call = beginSync(policy, BLOCK);
  for (;;) {
    const iteration = new Iteration({ call }, call, call.failures + 1, call.error);
    let failure: ReturnType<typeof Iteration.end>;
    try {
      yield iteration;
    } finally {
      // This also runs when the body leaves the loop by `break`, `return` or `throw`.
      failure = Iteration.end(iteration);
      if (!failure) notifySucceeded(call);
    }
    if (!failure) return undefined;
    waitSync(call, failure.error);
  }
}
