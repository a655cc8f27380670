import type { Remains } from './discard.ts';
import type { FetchResponse } from './http-status-error.ts';

/** Returns a copy of a discarded response that the caller can read. */
export function restoreResponse(response: FetchResponse, remains: Remains): FetchResponse {
  // Where `Response` is missing, as in Jest with jsdom, at least the status and the headers are returned.
  if (!response.body || !globalThis.Response) return response;
  const { status, headers } = response;
  const restored = new Response(remains ? new Blob([...remains] as BlobPart[]) : lostBody(), { status, headers });
  // The constructor has no options for these properties, except for `statusText`. It refuses one that is not Latin-1,
  // but Node reads a reason phrase as UTF-8.
  for (const name of ['statusText', 'url', 'redirected', 'type'] as const) {
    Object.defineProperty(restored, name, { value: response[name] });
  }
  return restored;
}

/** Returns a body that fails when it is read, because an incomplete body could be mistaken for a complete one. */
function lostBody(): ReadableStream {
  return new ReadableStream({
    pull() {
      throw new TypeError('the body is gone: it was cut off for a retry, for which `timeout` then left no time');
    },
  });
}
