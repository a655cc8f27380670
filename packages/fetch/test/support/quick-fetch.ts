import { type FetchLike, type RetryingFetch, type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';

/** Makes a retrying fetch whose backoff is zero. */
export const quickFetch = (options: RetryingFetchOptions = {}): RetryingFetch =>
  retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });

/**
 * An address where nobody listens, because its port belongs to no service. The port of a closed server would not do,
 * because a server of another test may get the same port.
 */
export const REFUSED_URL = 'http://127.0.0.1:4';

/** Makes a fetch that calls the global one and records the first argument of each call. */
export function recordingFetch(): { readonly inputs: unknown[]; readonly fetch: FetchLike } {
  const inputs: unknown[] = [];
  return {
    inputs,
    fetch(...args) {
      inputs.push(args[0]);
      return globalThis.fetch(...args);
    },
  };
}
