import type { Duration, RetryBudget, RetryOptions } from '@stamina/core';
import type { FetchLike } from '../request/init.ts';

/** Names a request for hooks, logs and metrics. Names should have few values and hold no secrets. */
export type NameFunction = (request: { readonly method: string; readonly url: URL }) => string;

/** Finds the retry budget of a request; `undefined` stands for none. */
export type BudgetFunction = (url: URL) => RetryBudget | undefined;

/** The options of `retryingFetch`: those of `@stamina/core`, and those of HTTP. `undefined` stands for the default. */
export interface RetryingFetchOptions extends Omit<RetryOptions, 'on' | 'name' | 'budget'> {
  /** The most attempts, the first included: an integer ≥ 1, or Infinity. Default 4. */
  attempts?: number | undefined;
  /** The methods that are safe to repeat, in upper or lower case. Default GET, HEAD, OPTIONS, PUT, DELETE and QUERY (RFC 9110, section 9.2.2). */
  methods?: readonly string[] | undefined;
  /** The statuses that are retried, 200 to 599. Default 408, 425, 429, 500, 502, 503 and 504. A 413 with `Retry-After` is always retried. */
  statuses?: readonly number[] | undefined;
  /** Further errors to retry. It is called with errors that `isTransient` does not know, of requests that may be repeated. */
  on?: RetryOptions['on'] | undefined;
  /** Ends an attempt whose headers take longer: > 0 ms, or a duration. The body may take as long as it needs. Default: none. */
  attemptTimeout?: number | Duration | undefined;
  /** Limits the retries of many calls: a budget, a function that finds one, or `false`. Default: one budget per origin, for the newest 1,000. */
  budget?: RetryBudget | BudgetFunction | false | undefined;
  /** The name of a request in hooks, logs and metrics. Default: method and host, such as `GET api.example.com`, without path, query and credentials. */
  name?: string | NameFunction | undefined;
  /** Makes the requests. Default: `globalThis.fetch`, looked up at each call. */
  fetch?: FetchLike | undefined;
}
