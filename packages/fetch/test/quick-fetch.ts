import { type FetchLike, type RetryingFetch, type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';

/** A retrying fetch that never waits of its own accord. */
export const quickFetch = (options: RetryingFetchOptions = {}): RetryingFetch =>
  retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });

/** Where nobody listens: on a port that is assigned to no service, and that no server of a test can be given, as one that was closed can. */
export const REFUSED_URL = 'http://127.0.0.1:4';

/** The global fetch, and what it was called with. */
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
