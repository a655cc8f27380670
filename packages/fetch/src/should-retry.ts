import type { RetryAnswer } from '@stamina/core';
import { checkThat } from '@stamina/validation';
import type { ShouldRetry } from './options/options.ts';
import { unlessAborted } from './request/unless-aborted.ts';
import type { FetchResponse } from './response/http-status-error.ts';

interface AskedRequest {
  readonly isRepeatable: boolean;
  readonly isReplayable: boolean;
  readonly method: string;
  readonly url: URL | undefined;
}

const checkAnswer = checkThat<RetryAnswer | undefined>(
  (value) =>
    value === undefined ||
    typeof value === 'boolean' ||
    Number.isFinite(value) ||
    (typeof value === 'object' && value !== null),
  'true, false, undefined, a finite wait or { atLeast: wait }',
);

/**
 * Calls the user's `shouldRetry`, unless the request must not be repeated anyway.
 *
 * @throws any error of `shouldRetry`, the reason of `signal` if that is aborted first, and TypeError for an answer that
 *   is not allowed
 */
export async function askShouldRetry(
  shouldRetry: ShouldRetry,
  response: FetchResponse,
  { isRepeatable, isReplayable, method, url }: AskedRequest,
  signal: AbortSignal | undefined,
): Promise<RetryAnswer | undefined> {
  if (!isRepeatable || !isReplayable || !url) return undefined;
  const asked = shouldRetry(response, { method, url });
  const answer = await (signal ? unlessAborted(asked, signal, () => {}) : asked);
  if (response.bodyUsed) {
    throw new TypeError('`shouldRetry` must not read the body of `response`; read `response.clone()`');
  }
  return checkAnswer('shouldRetry(response)', answer);
}
