import { invalid } from '@stamina/validation';
import type { BodyFunction, FetchBody } from './init.ts';
import { reasonOf } from './signal.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * Matches the tags of the classes whose instances can be sent again. `instanceof` would miss polyfills and other
 * realms.
 */
const REPLAYABLE = /^\[object (?:ArrayBuffer|SharedArrayBuffer|Blob|File|FormData|URLSearchParams)\]$/;

/**
 * Returns whether a body can be sent again as it is. A function can, because it makes a new body for each attempt. An
 * unknown kind of object cannot. It may be a stream or a generator, which would be empty the second time, and the
 * server might accept the empty body.
 */
export function isReplayableBody(body: unknown): boolean {
  return (
    typeof body !== 'object' ||
    body === null ||
    ArrayBuffer.isView(body) ||
    // The FormData of the `form-data` package is a Node stream.
    (REPLAYABLE.test(Object.prototype.toString.call(body)) && !isNodeStream(body))
  );
}

export function isNodeStream(body: unknown): boolean {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}

/**
 * Copies a body that can be sent again, because the caller may change or transfer it after the call has begun. A bare
 * `fetch` also sends the content that the body had when the call began.
 */
export function copyBody(body: any): FetchBody {
  if (body.byteLength !== undefined) {
    const { buffer = body, byteOffset, byteLength } = body;
    return new Uint8Array(buffer, byteOffset, byteLength).slice();
  }
  // A Blob cannot be changed.
  if (!body.append) return body;
  const copy = new body.constructor();
  for (const [name, value] of body) copy.append(name, value);
  return copy;
}

/**
 * Calls `make` for the body of one attempt, and checks the result.
 *
 * @param previous the body of the attempt before
 * @throws the reason of `signal` if that is aborted first. TypeError if `make` fails, if its result is no body, or if
 *   the result is a stream that was already sent or read
 */
export async function freshBody(
  make: BodyFunction,
  previous: unknown,
  signal: AbortSignal | undefined,
): Promise<FetchBody> {
  let body: FetchBody;
  try {
    body = await (signal ? unlessAborted(make(), signal, destroyNodeStream) : make());
  } catch (cause) {
    if (signal?.aborted) throw reasonOf(signal);
    throw new TypeError('the function `body` failed; its error is the `cause`', { cause });
  }
  if (body === undefined || body === null || typeof body === 'function') {
    throw invalid('body', 'a function that returns a body', body, 'is a `return` missing?');
  }
  if (isReplayableBody(body)) return body;
  if (body === previous || isUsed(body as object)) {
    throw new TypeError('`body` returned a stream that was used before; make a new one at each call');
  }
  return body;
}

function isUsed(body: object): boolean {
  const { readableDidRead, destroyed, getReader } = body as {
    readableDidRead?: boolean;
    destroyed?: boolean;
    getReader?: unknown;
  };
  // Only Node streams have these two properties.
  if (readableDidRead || destroyed) return true;
  if (typeof getReader !== 'function' || !globalThis.Response) return false;
  if ((body as ReadableStream).locked) return true;
  try {
    // A stream that was read and is no longer locked looks like a new one. Only the constructor of `Response` refuses
    // it (Fetch standard, "extract a body"). The constructor reads nothing.
    new Response(body as ReadableStream);
    return false;
  } catch {
    return true;
  }
}

/** Destroys a Node stream that will not be sent, because it may hold a file open. Does nothing to any other body. */
export function destroyNodeStream(body: unknown): void {
  (body as { destroy?(): void } | undefined)?.destroy?.();
}
