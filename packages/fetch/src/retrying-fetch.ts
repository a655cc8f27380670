import { Exchange } from './exchange.ts';
import type { FetchResponse } from './http-status-error.ts';
import type { Input, RetryingInit } from './init.ts';
import { type FetchLike, type RetryingFetchOptions, resolveOptions } from './options.ts';
import { OutgoingRequest } from './request.ts';

type Fetch = typeof globalThis.fetch;

/** A `fetch` that retries: goes wherever `fetch` goes. */
export interface RetryingFetch extends Fetch {
  /** Fetch, and retry what may be; `body` may be a function that makes a fresh body for each attempt. */
  (input: Input, init?: RetryingInit): Promise<FetchResponse>;
}

/**
 * Make a `fetch` that retries what is safe to repeat: lost connections and answers such as 503, at most 4 attempts in
 * 45 s, with backoff, jitter, `Retry-After` and a retry budget per origin.
 *
 * When attempts, time or budget are used up it ends as `fetch` does: with the last response, or the last error.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const fetch = retryingFetch({ attempts: 3, attemptTimeout: 5_000 });
 * const response = await fetch('https://api.example.com/users');
 */
export function retryingFetch(options: RetryingFetchOptions = {}): RetryingFetch {
  const settings = resolveOptions(options);
  const native = globalThis.fetch;
  const current = (): FetchLike => {
    // Where this one was put in the place of the global one, that is the one before it.
    const { fetch } = globalThis;
    return settings.fetch ?? (fetch === retrying ? native : fetch);
  };
  const retrying = function fetch(input: Input, init?: RetryingInit): Promise<FetchResponse> {
    try {
      if (init !== undefined && typeof init !== 'object') return current()(input, init); // It complains.
      return new Exchange(settings, current(), new OutgoingRequest(input, init, settings.methods)).run();
    } catch (error) {
      return Promise.reject(error);
    }
  } as RetryingFetch;
  forwardProperties(retrying, current);
  return retrying;
}

/** What a runtime puts on its `fetch` (Bun's `preconnect`) is found on ours. */
function forwardProperties(to: object, from: () => object): void {
  for (const key of Object.keys(from() ?? {})) {
    Object.defineProperty(to, key, {
      get: () => (from() as Record<string, unknown>)[key],
      enumerable: true,
      configurable: true,
    });
  }
}
