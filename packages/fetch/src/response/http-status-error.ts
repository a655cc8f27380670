import { invalid } from '@stamina/validation';

/** A response, with the type that the runtime's own `fetch` gives it. */
export type FetchResponse = Awaited<ReturnType<typeof globalThis.fetch>>;

/**
 * Throws a TypeError if `response` is not an object. Any object is accepted, because mocks often have nothing but `ok`
 * and `json`.
 */
export function checkResponse(response: unknown): void {
  if (typeof response === 'object' && response !== null) return;
  throw invalid('fetch', 'a function that returns a Response', response, 'is a mock not set up?');
}

/** Marks the errors of all copies of this package. A process may have an ES module and a CommonJS module of it. */
const BRAND: unique symbol = Symbol.for('@stamina/fetch/HttpStatusError') as never;

const V8Error = Error as { stackTraceLimit?: number };

/**
 * The error that hooks get as `causedBy` for a response that is to be retried. It is never thrown. If the call gives
 * up, it resolves with the response itself.
 */
export class HttpStatusError extends Error {
  override readonly name: string = 'HttpStatusError';
  /** The status of the response, such as 503. */
  declare readonly status: number;
  /**
   * The response, for example to read its headers. Do not read its body, which is discarded or belongs to the caller.
   */
  declare readonly response: FetchResponse;
  /** The wait that the response requests, in ms; `undefined` if it requests none. See `retryAfterOf`. */
  declare readonly retryAfter: number | undefined;

  /** Recognises the errors of all copies of this package, so that `instanceof` works between them. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this method, and must not match other errors.
    if (this !== HttpStatusError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && BRAND in value;
  }

  constructor(message: string, response: FetchResponse, retryAfter: number | undefined) {
    // The error has no stack. A stack would show nothing but this package, and recording it would take as long as the
    // rest of a retry. `Reflect.set` is used because it never throws, even if `Error` is frozen.
    const limit = V8Error.stackTraceLimit;
    Reflect.set(Error, 'stackTraceLimit', 0);
    super(message);
    Reflect.set(Error, 'stackTraceLimit', limit);
    this.status = response.status;
    // This property is not enumerable, because otherwise loggers would print the URL and the cookies.
    Object.defineProperty(this, 'response', { value: response });
    this.retryAfter = retryAfter;
  }
}
Object.defineProperty(HttpStatusError.prototype, BRAND, { value: true });
