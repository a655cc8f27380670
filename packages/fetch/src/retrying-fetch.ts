import { FetchCall } from './call.ts';
import type { RetryingFetchOptions } from './options/options.ts';
import { resolveOptions } from './options/resolve.ts';
import type { FetchLike, Init, Input, RetryingInit } from './request/init.ts';
import { fetchedUrl } from './request/reentry.ts';
import { OutgoingRequest } from './request/request.ts';
import type { FetchResponse } from './response/http-status-error.ts';

type Fetch = typeof globalThis.fetch;

/** A `fetch` that retries. It can be used anywhere that `fetch` can. */
export interface RetryingFetch extends Fetch {
  /** Fetches, and retries what is safe to repeat. `body` may be a function that returns a new body for each attempt. */
  (input: Input, init?: RetryingInit): Promise<FetchResponse>;
}

/**
 * Makes a `fetch` that retries what is safe to repeat, such as lost connections and responses with status 503. It makes
 * at most 4 attempts in 45 s, with backoff, jitter, `Retry-After` and a retry budget per origin.
 *
 * A call settles as a call of `fetch` does. If it gives up, it resolves with the last response or rejects with the last
 * error.
 *
 * @param options the options of `retry`, and those for HTTP. Default: the defaults of `RetryingFetchOptions`
 * @returns a function that is called like `fetch`
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const fetch = retryingFetch({ attempts: 3, attemptTimeout: 5_000 });
 * const response = await fetch('https://api.example.com/users');
 */
export function retryingFetch(options: RetryingFetchOptions = {}): RetryingFetch {
  const resolved = resolveOptions(options);
  const previousFetch = globalThis.fetch;
  const retrying = function fetch(input: Input, init?: RetryingInit): Promise<FetchResponse> {
    try {
      // `fetch` itself reports an invalid `init`.
      if (init !== undefined && typeof init !== 'object') return (resolved.fetch ?? previousFetch)(input, init);
      const request = new OutgoingRequest(input, init, resolved.methods);
      const { fetch } = globalThis;
      let target: FetchLike = resolved.fetch ?? fetch;
      // A global `fetch` that was set later may be this function, or a wrapper that calls it. Then a call comes back
      // here. The inner call only makes the request, because the outer call retries it.
      if (target === fetch && fetch !== previousFetch) {
        const outer = fetchedUrl.getStore();
        if (outer && outer === String(request.url)) return previousFetch(input, init as Init);
        const run: FetchLike = (...args) => fetchedUrl.run(String(request.url), fetch, ...args);
        target = outer || fetch === retrying ? previousFetch : run;
      }
      return new FetchCall(resolved, target, request).run();
    } catch (error) {
      return Promise.reject(error);
    }
  } as RetryingFetch;
  forwardProperties(retrying, resolved.fetch ?? previousFetch);
  return retrying;
}

/**
 * Makes the properties that a runtime adds to its `fetch`, such as Bun's `preconnect`, available on ours. Leaves out
 * those that cannot be redefined, such as the `prototype` of a function, which Sentry makes enumerable.
 */
function forwardProperties(to: object, from: object | undefined): void {
  for (const key of Object.keys(from ?? {})) {
    Reflect.defineProperty(to, key, {
      get: () => (from as Record<string, unknown>)[key],
      enumerable: true,
      configurable: true,
    });
  }
}
