import type { RetryAnswer } from '@stamina/core';
import { retryAfterOf } from '@stamina/network';
import { discardResponse, type Remains } from './discard.ts';
import { type FetchResponse, HttpStatusError } from './http-status-error.ts';
import { restoreResponse } from './restore.ts';

/**
 * A response that is to be retried. Core gets it in place of an error. The `HttpStatusError` for hooks is made only if
 * a hook listens, because making an error takes as long as the rest of a retry.
 */
export class RetryableResponse {
  readonly response: FetchResponse;
  /** The answer for core, which is not `false`. */
  readonly answer: RetryAnswer;
  /** Resolves when the connection is free. It is `undefined` until `discard` is called. */
  discarded: Promise<Remains> | undefined;
  readonly #request: { readonly name: string };
  readonly #controller: AbortController | undefined;
  #error: HttpStatusError | undefined;

  constructor(
    response: FetchResponse,
    answer: RetryAnswer,
    request: { readonly name: string },
    controller: AbortController | undefined,
  ) {
    this.response = response;
    this.answer = answer;
    this.#request = request;
    this.#controller = controller;
  }

  /** The error to report to hooks. It is the same object each time. */
  get error(): HttpStatusError {
    const { response } = this;
    const { status, headers } = response;
    const message = `${this.#request.name} answered ${status}`;
    this.#error ??= new HttpStatusError(message, response, retryAfterOf(headers, status));
    return this.#error;
  }

  /** Begins to free the connection. `discarded` resolves when that is done. */
  discard(): void {
    this.discarded = discardResponse(this.response, this.#controller);
  }

  /**
   * Returns the response for the caller. If the call gave up after a retry had been scheduled, the response was already
   * discarded, and this restores it.
   */
  restore(): FetchResponse | Promise<FetchResponse> {
    return this.discarded?.then((remains) => restoreResponse(this.response, remains)) ?? this.response;
  }
}
