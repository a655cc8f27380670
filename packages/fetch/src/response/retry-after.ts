import { retryAfterOf as readRetryAfter } from '@stamina/network';

/**
 * Returns the wait that a server requests in the headers of a response, in ms, or `undefined` if it requests none.
 * Reads `retry-after-ms` (Azure, OpenAI), which is more exact, or otherwise `Retry-After` (RFC 9110, section 10.2.3).
 *
 * @param headers the headers, as `Headers` or as a plain object, such as those of axios
 * @param status the status of the response. If it is 429 and those headers are missing, the headers of rate limits
 *   count: `RateLimit` and `RateLimit-Reset` (the IETF's drafts), and `X-RateLimit-Reset`
 * @example
 * const on = (error: unknown) =>
 *   isAxiosError(error) &&
 *   error.response?.status === 503 && { atLeast: retryAfterOf(error.response.headers) ?? 0 };
 */
export function retryAfterOf(headers: object | null | undefined, status?: number): number | undefined {
  return readRetryAfter(headers, status);
}
