import type { Remains } from './discard.ts';
import type { FetchResponse } from './http-status-error.ts';

/** Returns a discarded response as it was before, so that the caller can read it after all. */
export function restoreResponse(response: FetchResponse, remains: Remains): FetchResponse {
  if (!response.body) return response;
  const { status, statusText, headers, url, redirected, type } = response;
  const body = remains ? new Blob([...remains] as BlobPart[]) : lostBody();
  // A new response has the properties below too, but no way to set them.
  return Object.defineProperties(new Response(body, { status, statusText, headers }), {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
  });
}

/** Returns a body that fails when it is read, so that nobody takes the part that was read for the whole. */
function lostBody(): ReadableStream {
  return new ReadableStream({
    pull() {
      throw new TypeError('the body is gone: it was cut off for a retry, for which `timeout` then left no time');
    },
  });
}
