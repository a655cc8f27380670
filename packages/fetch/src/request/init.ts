/** A function that makes requests, and is called like `fetch`. */
export type FetchLike = (...args: Parameters<typeof globalThis.fetch>) => ReturnType<typeof globalThis.fetch>;

export type Input = Parameters<FetchLike>[0];
export type Init = NonNullable<Parameters<FetchLike>[1]>;

/** A body, with the type that the runtime's own `fetch` gives it. */
export type FetchBody = NonNullable<Init['body']>;

/** Returns the body of one attempt. It is called before each attempt, so it can return a new stream each time. */
export type BodyFunction = () => FetchBody | PromiseLike<FetchBody>;

/** The second parameter of `fetch`. Its body may also be a function. */
export type RetryingInit = Omit<Init, 'body'> & {
  /** The body, or a function that returns a new one for each attempt, such as a new stream. */
  body?: Init['body'] | BodyFunction | undefined;
};

/** Copies `init`, so that all attempts send the same request, even if the caller changes the object in the meantime. */
export function copyInit(init: RetryingInit): RetryingInit {
  const prototype = Object.getPrototypeOf(init);
  const copy = { ...init };
  if (prototype !== Object.prototype && prototype !== null) {
    // In `fetch(url, request)`, the fields of `init` are getters of its prototype, which `...` does not copy.
    for (const key in init) (copy as Record<string, unknown>)[key] = init[key as keyof RetryingInit];
  }
  if (copy.headers) copy.headers = copyHeaders(copy.headers);
  return copy;
}

/** Copies headers. Invalid headers are returned as they are, because `fetch` itself reports them. */
function copyHeaders(headers: NonNullable<Init['headers']>): NonNullable<Init['headers']> {
  if (typeof headers !== 'object') return headers;
  if (!(Symbol.iterator in headers)) {
    const copy: Record<string, unknown> = { ...headers };
    // A value may be an array, which the caller may change. `fetch` converts it to a string at once.
    for (const name in copy) if (typeof copy[name] === 'object') copy[name] = `${copy[name]}`;
    return copy as Record<string, string>;
  }
  try {
    // Without a copy, the first attempt would use up an iterator.
    return new Headers(headers);
  } catch {
    return headers;
  }
}

/** Recognises a `Request` by its shape, because polyfills and the `undici` package have classes of their own. */
export function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' && input !== null && typeof (input as Request).clone === 'function' && 'method' in input
  );
}
