import { type FetchLike, type RetryingFetch, type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

/** A retrying fetch that never waits of its own accord. */
export const quickFetch = (options: RetryingFetchOptions = {}): RetryingFetch =>
  retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });

/** A URL where nobody listens. */
export async function refusedUrl(): Promise<string> {
  const server = await flakyServer({});
  await server.close();
  return server.url;
}

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
