import { type RetryingFetch, retryingFetch } from './retrying-fetch.ts';

export { isTransient } from './errors/transient.ts';
export type {
  BudgetFunction,
  NameFunction,
  RetryingFetchOptions,
  ShouldRetry,
  StatusesFunction,
} from './options/options.ts';
export type { BodyFunction, FetchBody, FetchLike, RetryingInit } from './request/init.ts';
export { type FetchResponse, HttpStatusError } from './response/http-status-error.ts';
export { type RetryingFetch, retryingFetch } from './retrying-fetch.ts';

/**
 * Fetches like the global `fetch`, and retries what is safe to repeat. This is `retryingFetch()` with the default
 * options.
 *
 * @example
 * const response = await fetch('https://api.example.com/users');
 */
export const fetch: RetryingFetch = /* @__PURE__ */ retryingFetch();
export { retryAfterOf } from './response/retry-after.ts';
