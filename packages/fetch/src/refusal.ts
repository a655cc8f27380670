import { type FetchResponse, HttpStatusError } from './http-status-error.ts';
import { type Remains, release, restore } from './release.ts';

/** An answer that is to be retried. Core is given this as what was thrown; an error is made of it only where hooks are told, as that costs much. */
export class Refusal {
  readonly response: FetchResponse;
  /** How long it asks to wait, in ms. */
  readonly retryAfter: number | undefined;
  /** Settles when its connection is free; `undefined` until it is discarded. */
  released: Promise<Remains> | undefined;
  readonly #request: { readonly name: string };
  readonly #controller: AbortController | undefined;
  #error: HttpStatusError | undefined;

  constructor(
    response: FetchResponse,
    retryAfter: number | undefined,
    request: { readonly name: string },
    controller: AbortController | undefined,
  ) {
    this.response = response;
    this.retryAfter = retryAfter;
    this.#request = request;
    this.#controller = controller;
  }

  /** What hooks are told of it. */
  get error(): HttpStatusError {
    const { response, retryAfter } = this;
    this.#error ??= new HttpStatusError(`${this.#request.name} answered ${response.status}`, response, retryAfter);
    return this.#error;
  }

  /** Begins to free its connection. */
  discard(): void {
    this.released = release(this.response, this.#controller);
  }

  /** The answer as it came, also where core found only after the wait that there is no time left. */
  restore(): FetchResponse | Promise<FetchResponse> {
    return this.released ? this.released.then((remains) => restore(this.response, remains)) : this.response;
  }
}
