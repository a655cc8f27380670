import type { Duration, RetryAnswer, RetryBudget, RetryOptions } from '@stamina/core';
import type { FetchLike } from '../request/init.ts';
import type { FetchResponse } from '../response/http-status-error.ts';

/**
 * Returns the name of a request for hooks, logs and metrics. Names should take few different values, because metrics
 * count each of them separately, and should not contain secrets.
 */
export type NameFunction = (request: { readonly method: string; readonly url: URL }) => string;

/** Returns the retry budget of a request, or `undefined` for none. */
export type BudgetFunction = (url: URL) => RetryBudget | undefined;

/** Returns the statuses that are retried, such as `(defaults) => [...defaults, 409]`. */
export type StatusesFunction = (defaults: readonly number[]) => readonly number[];

/** Decides whether to retry after a response. `undefined` leaves the decision to the headers and the status. */
export type ShouldRetry = (
  response: FetchResponse,
  request: { readonly method: string; readonly url: URL },
) => RetryAnswer | undefined | PromiseLike<RetryAnswer | undefined>;

/** The options of `retryingFetch`, which are those of `retry` and those for HTTP. `undefined` means the default. */
export interface RetryingFetchOptions extends Omit<RetryOptions, 'on' | 'name' | 'budget'> {
  /** The maximum number of attempts, including the first: an integer ≥ 1, or Infinity. Default 4. */
  attempts?: number | undefined;
  /**
   * The methods that are safe to repeat, in upper or lower case. Default GET, HEAD, OPTIONS, PUT, DELETE and QUERY. Any
   * other request is also safe to repeat if it has an `Idempotency-Key` header.
   */
  methods?: readonly string[] | undefined;
  /**
   * The statuses to retry, from 200 to 599, or a function that gets the default ones and returns a list. Default 408,
   * 425, 429, 500, 502, 503 and 504, and those of Cloudflare and Anthropic: 520 to 524, 527 and 529. A 413 with
   * `Retry-After` is also retried. The header `x-should-retry` of an error response takes precedence. With `true` the
   * response is retried, and with `false` it is not.
   */
  statuses?: readonly number[] | StatusesFunction | undefined;
  /**
   * Decides whether to retry after a response. Returns `true`, `false`, a wait in ms or as a `Duration`,
   * `{ atLeast: wait }`, or a promise of these. `undefined` leaves the decision to `x-should-retry` and `statuses`. It
   * is called only for requests that are safe to repeat. It may read `response.clone()`, but not `response` itself.
   * Default: none.
   */
  shouldRetry?: ShouldRetry | undefined;
  /**
   * Reads the bodies of responses within the attempt. A body that breaks off is then retried like a lost connection,
   * and a returned response is complete. `attemptTimeout` and `deadline` then also limit the body. Event streams are
   * passed on as streams, and so are bodies longer than `maxBytes`, which is 1 MiB by default. Default: false.
   */
  readBody?:
    | boolean
    | {
        /** The maximum length of a body that is read, in bytes: an integer ≥ 0. Default 1 048 576. */
        readonly maxBytes?: number | undefined;
      }
    | undefined;
  /**
   * Selects further errors to retry: an error class, a predicate, or an array of these. It applies only to requests
   * that are safe to repeat, and to errors for which `isTransient` returns false. Default: none.
   */
  on?: RetryOptions['on'] | undefined;
  /**
   * Aborts an attempt whose headers have not arrived after this time, and retries it if it is safe to repeat: > 0, in
   * ms or as a `Duration`. The body may take as long as it needs, unless there is a `readBody`. Default: no limit.
   */
  attemptTimeout?: number | Duration | undefined;
  /**
   * Limits the retries of many calls together: a budget, a function that returns one, or `false` for none. Default: one
   * budget for each of the 1 000 origins that were used last.
   */
  budget?: RetryBudget | BudgetFunction | false | undefined;
  /**
   * The name of a request in hooks, logs and metrics, or a function that returns it. Default: the method and the host,
   * such as `GET api.example.com`. After 1 000 default names, each new one is `OTHER`. Otherwise anyone who chooses
   * hosts could fill your metrics. The names of a function are not limited, so it should return few different ones.
   */
  name?: string | NameFunction | undefined;
  /** The function that makes the requests. Default: `globalThis.fetch`, which is looked up at each call. */
  fetch?: FetchLike | undefined;
}
