import { type RetryingFetch, retryingFetch } from './retrying-fetch.ts';

export { type FetchResponse, HttpStatusError } from './http-status-error.ts';
export type { BodyFunction, FetchBody, RetryingInit } from './init.ts';
export type { BudgetFunction, FetchLike, NameFunction, RetryingFetchOptions } from './options.ts';
export { type RetryingFetch, retryingFetch } from './retrying-fetch.ts';
export { isTransient } from './transient.ts';

/**
 * Fetch, and retry what is safe to repeat: `retryingFetch()` with the defaults.
 *
 * @example
 * const response = await fetch('https://api.example.com/users');
 */
export const fetch: RetryingFetch = /* @__PURE__ */ retryingFetch();
