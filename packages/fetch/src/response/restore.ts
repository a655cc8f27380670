import type { Remains } from './discard.ts';
import type { FetchResponse } from './http-status-error.ts';

/** Returns a copy of a discarded response that the caller can read. */
export function restoreResponse(response: FetchResponse, remains: Remains): FetchResponse {
  if (!response.body) return response;
  const { url, redirected, type } = response;
  const body = remains ? new Blob([...remains] as BlobPart[]) : lostBody();
  // The constructor of `Response` copies the status and the headers, but has no options for the properties below.
  return Object.defineProperties(new Response(body, response), {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
  });
}

/** Returns a body that fails when it is read, because an incomplete body could be mistaken for a complete one. */
function lostBody(): ReadableStream {
  return new ReadableStream({
    pull() {
      throw new TypeError('the body is gone: it was cut off for a retry, for which `timeout` then left no time');
    },
  });
}
