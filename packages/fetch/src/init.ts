import type { FetchLike } from './options.ts';

export type Input = Parameters<FetchLike>[0];
export type Init = NonNullable<Parameters<FetchLike>[1]>;

/** A body, as the runtime's own `fetch` types it. */
export type FetchBody = NonNullable<Init['body']>;

/** Asked for a fresh body before each attempt, so that streams can be sent again. */
export type BodyFunction = () => FetchBody | PromiseLike<FetchBody>;

/** What `fetch` takes beside the URL, with a body that may be a function. */
export type RetryingInit = Omit<Init, 'body'> & {
  /** What to send; a function is asked for a fresh body before each attempt, so that a stream can be sent again. */
  body?: Init['body'] | BodyFunction | undefined;
};

/** A copy, so that every attempt sends what the first one sent, whatever becomes of the caller's object. */
export function copyInit(init: RetryingInit): RetryingInit {
  const prototype = Object.getPrototypeOf(init);
  const copy = { ...init };
  if (prototype !== Object.prototype && prototype !== null) {
    // `fetch(url, request)`: the members of a `Request` are its prototype's getters.
    for (const key in init) (copy as Record<string, unknown>)[key] = init[key as keyof RetryingInit];
  }
  if (copy.headers) copy.headers = copyHeaders(copy.headers);
  return copy;
}

function copyHeaders(headers: NonNullable<Init['headers']>): NonNullable<Init['headers']> {
  if (typeof headers !== 'object') return headers; // Invalid: `fetch` itself complains.
  if (!(Symbol.iterator in headers)) return { ...headers };
  try {
    // An iterator would be used up by the first attempt.
    return new Headers(headers);
  } catch {
    return headers; // Likewise.
  }
}

/** By its shape: the `Request` of a polyfill, or of undici's package, is none of this realm's. */
export function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' && input !== null && typeof (input as Request).clone === 'function' && 'method' in input
  );
}

/** The URL that `fetch` will take `text` for; `undefined` where it is none, not even a relative one. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // A relative one is of the page, or of a host that only a `fetch` of the user's own knows.
    const page = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
    const bases = [page.document?.baseURI, page.location?.href, 'http://relative.invalid'];
    const base = bases.find((base) => base !== undefined && URL.canParse(text, base));
    return base === undefined ? undefined : new URL(text, base);
  }
}
