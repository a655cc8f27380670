/** A response, as the runtime's own `fetch` types it. */
export type FetchResponse = Awaited<ReturnType<typeof globalThis.fetch>>;

const V8Error = Error as { stackTraceLimit?: number };

/** What hooks are told of an answer that is retried, as `causedBy`. It is never thrown: the call ends with the response. */
export class HttpStatusError extends Error {
  override readonly name: string = 'HttpStatusError';
  /** The status of the answer: 503. */
  declare readonly status: number;
  /** The answer, for its headers; its body is gone, or the caller's. */
  declare readonly response: FetchResponse;
  /** How long the answer asked to wait, in ms; `undefined` where it did not. */
  declare readonly retryAfter: number | undefined;

  constructor(message: string, response: FetchResponse, retryAfter: number | undefined) {
    // Its frames would all be this package's, and cost as much as all else that a retry takes.
    const limit = V8Error.stackTraceLimit;
    Reflect.set(Error, 'stackTraceLimit', 0);
    super(message);
    Reflect.set(Error, 'stackTraceLimit', limit);
    this.status = response.status;
    this.response = response;
    this.retryAfter = retryAfter;
  }
}
