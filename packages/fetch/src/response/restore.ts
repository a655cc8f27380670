import type { Remains } from './discard.ts';
import type { FetchResponse } from './http-status-error.ts';

/** Returns a copy of a discarded response that the caller can read. */
export function restoreResponse(response: FetchResponse, remains: Remains): FetchResponse {
  // `Response` is missing in Jest with jsdom, for example. The caller then gets at least the status and the headers.
  if (!response.body || !globalThis.Response) return response;
  return withBody(response, remains ? new Blob([...remains] as BlobPart[]) : lostBody());
}

/** Returns a copy of a response that calls `onEnd` when its body ends, fails or is cancelled. */
export function notifyOfEnd(response: FetchResponse, onEnd: () => void): FetchResponse {
  // A mock, or a response of another library, may have no stream.
  if (!response.body?.pipeTo) return response;
  const { readable, writable } = new TransformStream();
  response.body.pipeTo(writable).then(onEnd, onEnd);
  return withBody(response, readable);
}

/** Returns a copy of a response with another body. */
export function withBody(response: FetchResponse, body: BodyInit): FetchResponse {
  const { status, headers } = response;
  return withFieldsOf(response, new Response(body, { status, headers }));
}

function withFieldsOf(response: FetchResponse, copy: Response): FetchResponse {
  const clone = (): FetchResponse => withFieldsOf(response, Response.prototype.clone.call(copy));
  Object.defineProperty(copy, 'clone', { value: clone });
  // The constructor has no options for these properties, except for `statusText`. It refuses a text that is not
  // Latin-1, but the `statusText` of Node may be such a text, because Node reads it as UTF-8.
  for (const name of ['statusText', 'url', 'redirected', 'type'] as const) {
    Object.defineProperty(copy, name, { value: response[name] });
  }
  return copy;
}

/** Returns a body that fails when it is read. An incomplete body could be mistaken for a complete one. */
function lostBody(): ReadableStream {
  return new ReadableStream({
    pull() {
      throw new TypeError('the body is gone: it was cut off for a retry, but the call gave up before that retry');
    },
  });
}
