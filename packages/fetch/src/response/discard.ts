import { headerOf } from '@stamina/network';
import type { FetchResponse } from './http-status-error.ts';
import { readChunks } from './read-chunks.ts';

/**
 * A body of at most this length is read to its end, so that its connection can be used again. Cutting off a longer body
 * is cheaper than reading it.
 */
const MOST_BYTES = 65_536;
/** The longest time for which the body of a discarded response is read. */
const MOST_MS = 50;

/** The body of a discarded response, in chunks, or `undefined` if it was cut off. */
export type Remains = readonly Uint8Array[] | undefined;

/**
 * Frees the connection of a response that nobody will read. An unread body would keep it occupied. Never rejects.
 *
 * A short body is read to its end, so that the connection stays open for the next request. Any other body is cut off,
 * which means that it is cancelled and that its request is aborted. In some runtimes, one of these alone does not stop
 * an endless body.
 */
export async function discardResponse(
  response: FetchResponse,
  controller?: AbortController | undefined,
): Promise<Remains> {
  if (!response.body) return [];
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isCut = false;
  const cutOff = (): void => {
    isCut = true;
    // The result is not awaited, because Bun 1.3 never settles it for an endless body.
    reader?.cancel().catch(() => {});
    controller?.abort();
  };
  const stopTimer = startCutOffTimer(cutOff);
  try {
    const body = response.body.getReader();
    reader = body;
    const chunks: Uint8Array[] = [];
    // Without a `content-length`, the body counts as short until it has proved to be longer.
    const isShort = Number(headerOf(response.headers, 'content-length')) <= MOST_BYTES;
    // If the body is cut off, it seems to end.
    if (isShort && (await readChunks(() => body.read(), MOST_BYTES, chunks)) && !isCut) return chunks;
  } catch {
    // The connection was lost in the meantime, or the user reads the body.
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
 * Calls `cutOff` after `MOST_MS`. Returns a function that prevents that.
 *
 * A short body has usually arrived together with the headers, and is read within one turn of the event loop. It needs
 * no timer, and setting a timer takes several times as long as setting an immediate. So this sets an immediate first,
 * which sets the timer if the body is still being read then. Browsers have no immediates, so they set the timer at
 * once.
 */
function startCutOffTimer(cutOff: () => void): () => void {
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
