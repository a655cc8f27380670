import { discardResponse, type Remains } from './discard.ts';
import { type FetchResponse, HttpStatusError } from './http-status-error.ts';
import { restoreResponse } from './restore.ts';

/**
 * A response that is to be retried. Core gets it in place of an error. The `HttpStatusError` for hooks is made only if
 * a hook listens, because making an error takes as long as the rest of a retry.
 */
export class RetryableResponse {
  readonly response: FetchResponse;
  /** The wait that the response requests, in ms, or `undefined` if it has no valid `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** Resolves when the connection is free. It is `undefined` until `discard` is called. */
  discarded: Promise<Remains> | undefined;
  readonly #request: { readonly name: string };
  readonly #controller: AbortController | undefined;
  #error: HttpStatusError | undefined;

  constructor(
    response: FetchResponse,
    retryAfterMs: number | undefined,
    request: { readonly name: string },
    controller: AbortController | undefined,
  ) {
    this.response = response;
    this.retryAfterMs = retryAfterMs;
    this.#request = request;
    this.#controller = controller;
  }

  /** The error to report to hooks. It is the same object each time. */
  get error(): HttpStatusError {
    const { response, retryAfterMs } = this;
    this.#error ??= new HttpStatusError(`${this.#request.name} answered ${response.status}`, response, retryAfterMs);
    return this.#error;
  }

  /** Begins to free the connection. `discarded` reports the end of that. */
  discard(): void {
    this.discarded = discardResponse(this.response, this.#controller);
  }

  /**
   * Returns the response for the caller. It was already discarded if the call timed out after a retry had been
   * scheduled, and is restored then.
   */
  restore(): FetchResponse | Promise<FetchResponse> {
    return this.discarded?.then((remains) => restoreResponse(this.response, remains)) ?? this.response;
  }
}
