import { headerOf } from '@stamina/network';
import { unlessAborted } from './request/unless-aborted.ts';
import type { FetchResponse } from './response/http-status-error.ts';
import { readChunks } from './response/read-chunks.ts';
import { withBody } from './response/restore.ts';

/**
 * Reads the body of a response into memory, and returns a response with that body.
 *
 * A body that turns out to be longer than `maxBytes` is passed on as a stream, which begins with the part that was
 * read. An event stream is passed on unread. So is a body that is not a web stream, such as that of a mock.
 *
 * @throws the error of a body that breaks off, and the reason of `signal` if that is aborted first
 */
export async function readBody(
  response: FetchResponse,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<FetchResponse> {
  const { body, headers, status } = response;
  const length = Number(headerOf(headers, 'content-length'));
  const isStream = length > maxBytes || /^text\/event-stream/i.test(headerOf(headers, 'content-type'));
  // A `Response` cannot be made with other statuses, although servers can send them.
  if (isStream || !body?.getReader || body.locked || !globalThis.Response || status < 200 || status > 599) {
    return response;
  }
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  const read = () => (signal ? unlessAborted(reader.read(), signal, () => {}) : reader.read());
  if (await readChunks(read, maxBytes, chunks)) {
    const whole = new Blob(chunks as BlobPart[]);
    // In HTTP/2, Deno 2.9 and undici 8.10 treat a body as complete if its stream is reset with NO_ERROR. So the length
    // of the body is compared with `content-length`. Compressed bodies are left out, because that header has their
    // compressed length. In a browser, all responses of other origins are left out too, because they hide the header
    // that shows the compression (Fetch standard, "CORS-safelisted response-header name").
    if (whole.size < length && response.type !== 'cors' && !headerOf(headers, 'content-encoding')) {
      const message = `the body broke off after ${whole.size} of ${length} bytes`;
      throw Object.assign(new TypeError(message), { code: 'ECONNRESET' });
    }
    return withBody(response, whole);
  }
  const rest = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = chunks.shift() ?? (await reader.read()).value;
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return withBody(response, rest);
}
