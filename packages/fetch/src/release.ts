import type { FetchResponse } from './http-status-error.ts';

/** What is worth reading so that the connection can be used again. More than that is cheaper to cut off. */
const MOST_BYTES = 65_536;
const MOST_MS = 50;

/** What was read of a discarded response; `undefined` where it was cut off. */
export type Remains = readonly Uint8Array[] | undefined;

/**
 * Frees the connection of a response that nobody will read: an unread body holds it for good. Reads what is short,
 * so that the connection is kept; of anything else cancels the body and aborts the request, since in some runtimes
 * either alone leaves an endless body running. Never rejects.
 */
export async function release(response: FetchResponse, request: AbortController | undefined): Promise<Remains> {
  if (!response.body) return [];
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isCut = false;
  const cut = (): void => {
    isCut = true;
    // Not awaited: on an endless body Bun 1.3 never settles it.
    reader?.cancel().catch(() => {});
    request?.abort(new DOMException('the response was discarded: the request is retried', 'AbortError'));
  };
  const stop = startLimit(cut);
  try {
    reader = response.body.getReader();
    const chunks: Uint8Array[] = [];
    const isShort = Number(response.headers.get('content-length')) <= MOST_BYTES;
    for (let left = isShort ? MOST_BYTES : -1; left >= 0; ) {
      const { done, value } = await reader.read();
      if (isCut) break;
      if (done) return chunks;
      chunks.push(value);
      left -= value.byteLength;
    }
  } catch {
    // The connection was lost meanwhile, or someone else reads the body.
  } finally {
    stop();
  }
  cut();
  return undefined;
}

interface Immediates {
  setImmediate?(then: () => void): unknown;
  clearImmediate?(handle: unknown): void;
}

/**
 * Calls `cut` after `MOST_MS`, unless the function that this returns is called before. What is short has mostly come
 * with the headers, and is read before the event loop turns: where an immediate tells that, it needs no timer, which
 * takes several times as long to set.
 */
function startLimit(cut: () => void): () => void {
  const { setImmediate, clearImmediate } = globalThis as Immediates;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = (): void => {
    timer = setTimeout(cut, MOST_MS);
  };
  const immediate = setImmediate ? setImmediate(start) : start();
  return () => {
    clearImmediate?.(immediate);
    clearTimeout(timer);
  };
}

/** The response as it was before it was discarded, to be read after all. */
export function restore(response: FetchResponse, remains: Remains): FetchResponse {
  if (!response.body) return response;
  const { status, statusText, headers, url, redirected, type } = response;
  const copy = new Response(remains ? new Blob([...remains] as BlobPart[]) : lost(), { status, statusText, headers });
  return Object.defineProperties(copy, {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
  });
}

function lost(): ReadableStream {
  return new ReadableStream({
    pull() {
      throw new TypeError(
        'the body is gone: it was cut off when a retry was due, and then `timeout` left no time for that',
      );
    },
  });
}
