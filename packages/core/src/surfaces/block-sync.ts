import { notifyRecovered } from '../call/call.ts';
import { beginSync, newAttempt, waitSync } from '../call/sync-call.ts';
import type { Policy, RetryOptions } from '../policy/options.ts';
import { resolvePolicySync } from './retry-sync.ts';
import { type BlockAttempt, blockName, openTurn } from './turn.ts';

/** A policy for synchronous blocks. Use it any number of times: each loop over it is a call. */
export interface RetryBlockSync extends Iterable<BlockAttempt> {
  /** The options as they were given. */
  readonly options: RetryOptions;
}

/**
 * Retries a synchronous block of code that needs a control flow of its own, such as `break` or `return`.
 *
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
    const turn = openTurn(newAttempt(call));
    let failure: ReturnType<typeof turn.end>;
    try {
      yield turn.attempt;
    } finally {
      // Also when the body leaves the loop by `break`, `return` or `throw`.
      failure = turn.end();
      if (!failure) notifyRecovered(call);
    }
    if (!failure) return undefined;
    waitSync(call, failure.error);
  }
}
