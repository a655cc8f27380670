import type { FetchResponse } from './http-status-error.ts';

/** A body of at most this length is read, so that its connection can be used again. A longer one is cheaper to cut off. */
const MOST_BYTES = 65_536;
const MOST_MS = 50;

/** The chunks that were read from a discarded response; `undefined` if its body was cut off. */
export type Remains = readonly Uint8Array[] | undefined;

/**
 * Frees the connection of a response that nobody will read, because an unread body keeps it occupied. Never rejects.
 *
 * A short body is read, so that the connection stays open for the next request. Any other body is cut off: it is
 * cancelled, and its request is aborted too, because in some runtimes one of the two is not enough to stop an endless
 * body.
 */
export async function discardResponse(
  response: FetchResponse,
  controller: AbortController | undefined,
): Promise<Remains> {
  if (!response.body) return [];
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isCut = false;
  const cutOff = (): void => {
    isCut = true;
    // The result is not awaited, because Bun 1.3 never settles it for an endless body.
    reader?.cancel().catch(() => {});
    controller?.abort(new DOMException('discarded for a retry', 'AbortError'));
  };
  const stopTimer = startTimer(cutOff);
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
    // The connection was lost in the meantime, or someone else reads the body.
  } finally {
    stopTimer();
  }
  cutOff();
  return undefined;
}

interface Immediates {
  setImmediate?(then: () => void): unknown;
  clearImmediate?(handle: unknown): void;
}

/**
 * Calls `cutOff` after `MOST_MS`. The function that it returns prevents that.
 *
 * A short body has mostly arrived together with the headers, and is read before the event loop turns. Then no timer is
 * needed, and setting one takes several times as long as setting an immediate. So the timer is only set once an
 * immediate shows that the body is still being read. Browsers have no immediates and set the timer at once.
 */
function startTimer(cutOff: () => void): () => void {
  const { setImmediate, clearImmediate } = globalThis as Immediates;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = (): void => {
    timer = setTimeout(cutOff, MOST_MS);
  };
  const immediate = setImmediate ? setImmediate(start) : start();
  return () => {
    clearImmediate?.(immediate);
    clearTimeout(timer);
  };
}
