import type { Attempt, RunningAttempt } from './attempt.ts';
import { abortedSignal, startTime } from './call.ts';
import { Drive } from './drive.ts';
import { effective } from './mode.ts';
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
