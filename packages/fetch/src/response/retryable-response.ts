import { discardResponse, type Remains } from './discard.ts';
import { type FetchResponse, HttpStatusError } from './http-status-error.ts';
import { restoreResponse } from './restore.ts';

/**
 * A response that will be retried. Core gets it in place of a thrown error. The `HttpStatusError` for hooks is made only
 * if a hook listens, because making an error costs as much as the rest of a retry.
 */
export class RetryableResponse {
  readonly response: FetchResponse;
  /** The wait that the response requests; `undefined` if it has no valid `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** Settles when the connection is free; `undefined` before `discard` is called. */
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

  /** The error to report to hooks, the same one each time. */
  get error(): HttpStatusError {
    const { response, retryAfterMs } = this;
    this.#error ??= new HttpStatusError(`${this.#request.name} answered ${response.status}`, response, retryAfterMs);
    return this.#error;
  }

  /** Starts to free the connection. */
  discard(): void {
    this.discarded = discardResponse(this.response, this.#controller);
  }

  /** Returns the response for the caller. It may have been discarded already, if core found no time left after the wait. */
  restore(): FetchResponse | Promise<FetchResponse> {
    return this.discarded?.then((remains) => restoreResponse(this.response, remains)) ?? this.response;
  }
}
