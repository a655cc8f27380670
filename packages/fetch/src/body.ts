import type { BodyFunction, FetchBody } from './init.ts';
import { complaint } from './invalid.ts';

/** By their tags rather than by `instanceof`: polyfills and other realms count. */
const REPLAYABLE = /^\[object (?:ArrayBuffer|SharedArrayBuffer|Blob|File|FormData|URLSearchParams)\]$/;

/**
 * Whether a body can be sent again as it is. What is unknown cannot: a generator or a stream that has been read is
 * sent empty the second time, and the server says 200.
 */
export function isReplayable(body: unknown): boolean {
  return (
    typeof body !== 'object' ||
    body === null ||
    ArrayBuffer.isView(body) ||
    // The FormData of the `form-data` package is one of Node's streams.
    (REPLAYABLE.test(Object.prototype.toString.call(body)) && !('pipe' in body))
  );
}

/** Asks `make` for the body of an attempt, until that is aborted; refuses one that was, or could have been, sent before. */
export async function freshBody(
  make: BodyFunction,
  previous: unknown,
  signal: AbortSignal | undefined,
): Promise<FetchBody> {
  let body: FetchBody;
  try {
    body = await (signal ? unlessAborted(make(), signal) : make());
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TypeError('`body` threw when it was asked for the body of an attempt; the error is the `cause`', {
      cause,
    });
  }
  if (body === undefined || body === null || typeof body === 'function') {
    throw new TypeError(
      complaint('body', 'a function that returns a body', body, 'is a `return` missing? Leave `body` out to send none'),
    );
  }
  if (isReplayable(body)) return body;
  if (body === previous) throw new TypeError('`body` returned the same stream again; make a new one at each call');
  if (isUsed(body as object))
    throw new TypeError('`body` returned a stream that has been read or is being read; make a new one at each call');
  return body;
}

function isUsed(body: object): boolean {
  const { readableDidRead, destroyed, getReader } = body as {
    readableDidRead?: boolean;
    destroyed?: boolean;
    getReader?: unknown;
  };
  if (readableDidRead || destroyed) return true; // A stream of Node's own.
  if (typeof getReader !== 'function') return false;
  if ((body as ReadableStream).locked) return true;
  try {
    // Only this tells one that was read and let go of (Fetch standard, "extract a body"); it reads nothing.
    new Response(body as ReadableStream);
    return false;
  } catch {
    return true;
  }
}

/** What is promised, or rejects with the reason of an abort that comes before; what comes too late is let go of. */
async function unlessAborted<Value>(promised: Value | PromiseLike<Value>, signal: AbortSignal): Promise<Value> {
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      Promise.resolve(promised).then(abandonBody, () => {});
    };
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promised, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Lets go of a stream of Node's own that was made for an attempt which failed: it may hold a file open. */
export function abandonBody(body: unknown): void {
  (body as { destroy?(): void } | undefined)?.destroy?.();
}
