import type { FetchResponse } from '../response/http-status-error.ts';
import { notifyOfEnd } from '../response/restore.ts';
import { copyBody, destroyNodeStream, freshBody, isNodeStream, isReplayableBody } from './body.ts';
import {
  type BodyFunction,
  copyInit,
  type FetchBody,
  type FetchLike,
  type Init,
  type Input,
  isRequest,
  type RetryingInit,
} from './init.ts';
import { isRepeatable } from './method.ts';
import { limitNames, type Origin, originOf } from './origin.ts';
import { parseUrl } from './url.ts';

/** The request of one call. The arguments of the caller are read once, so that all attempts send the same request. */
export class OutgoingRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The signal of `init` or of the `Request`. */
  readonly signal: AbortSignal | undefined;
  /** True if the request may arrive more than once, because of its method or its idempotency key. */
  readonly isRepeatable: boolean;
  /** The origin, or `undefined` if the address is not a URL. */
  readonly origin: Origin | undefined;
  readonly #input: Input;
  /** The address as a string, because a URL object could be changed between two attempts. */
  readonly #address: string;
  readonly #init: Init | undefined;
  readonly #makeBody: BodyFunction | undefined;
  /**
   * The `Request` to send next. `undefined` if the caller gave none, or if its body is not sent. The first attempt
   * sends the caller's own `Request`, so that its body counts as used at once, as with a bare `fetch`. Each later
   * attempt sends a clone, which is made before the previous attempt.
   */
  #next: Request | undefined;
  #isBodyReplayable: boolean;
  /** The newest body that `#makeBody` made. */
  #body: FetchBody | undefined;
  /** The parsed address; `null` until it is first read. */
  #url: URL | undefined | null = null;

  constructor(input: Input, given: RetryingInit | undefined, methods: ReadonlySet<string>) {
    const request = isRequest(input) ? input : undefined;
    const init = given ? copyInit(given) : request && {};
    const body = init?.body;
    const method = init?.method ?? request?.method;
    // `'GET'` is not passed through `toUpperCase`, which is slow in all engines.
    this.method = method ? String(method).toUpperCase() : 'GET';
    // A template throws for a symbol, as `fetch` does. `String` would accept it.
    this.#address = request ? request.url : `${input}`;
    this.#input = request ?? this.#address;
    this.origin = originOf(this.#address, this);
    // `null` means no signal, and hides the signal of the `Request`.
    this.signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.isRepeatable = isRepeatable(this.method, init?.headers ?? request?.headers, methods);
    this.#init = init as Init | undefined;
    if (typeof body === 'function') this.#makeBody = body;
    this.#next = (body === undefined || body === null) && request && hasBody(request) ? request : undefined;
    // A `Request` that must not be repeated is not cloned, because a clone would keep its body in memory for nothing. A
    // `Request` of `node-fetch` whose body is a Node stream is not cloned either. A clone would read the same stream,
    // and Node only sends as much of a stream as all of its readers have room for. Nobody would read the clone before
    // the next attempt, so the request would stall.
    this.#isBodyReplayable = this.#next ? this.isRepeatable && !isNodeStream(this.#next.body) : isReplayableBody(body);
    if (body && typeof body === 'object' && this.#isBodyReplayable) (init as Init).body = copyBody(body);
    if (request) keepReferrer(init as Init, request);
  }

  /** The URL, or `undefined` if the address is not a URL, which `fetch` itself reports. */
  get url(): URL | undefined {
    if (this.#url === null) this.#url = parseUrl(this.#address);
    return this.#url;
  }

  /** The default name in hooks, logs and metrics. It takes few different values and contains no secrets. */
  get name(): string {
    return limitNames(this.origin ? `${this.method} ${this.origin.host}` : this.method);
  }

  /** True if the whole request can be sent again, including its body. */
  get isReplayable(): boolean {
    return this.#isBodyReplayable && this.origin?.isHttp === true;
  }

  /** Sends the request with `fetch`. `isLast` is true if no other attempt can follow. */
  send(fetch: FetchLike, signal: AbortSignal | undefined, isLast: boolean): Promise<Response> {
    if (this.#makeBody) return this.#sendFresh(this.#makeBody, fetch, signal);
    const init = this.#initWith(signal);
    const request = this.#next;
    if (!request) return fetch(this.#input, init);
    if (request.bodyUsed) {
      this.#isBodyReplayable = false;
      throw new TypeError('the body of this Request was used before; pass a new Request, or a clone of it');
    }
    this.#next = this.isReplayable && !isLast ? request.clone() : undefined;
    return fetch(request, init);
  }

  /** Cancels the body of a request that was never sent, as `fetch` does (Fetch standard, "abort a fetch() call"). */
  cancel(reason: unknown): void {
    cancelBody(this.#next ?? this.#init, reason);
  }

  /**
   * Cancels the clone that the next attempt would have sent. Called when no other attempt follows. A clone and its
   * original share one stream, so what one of them reads stays in memory until the other is read or cancelled.
   */
  cancelNext(): void {
    cancelBody(this.#next);
  }

  /**
   * Returns a response for the caller. It may arrive before the end of a Node stream that the caller's function made.
   * Only this call can close that stream, so the returned response closes it at its own end.
   */
  passOn(response: FetchResponse): FetchResponse {
    const isOpen = (this.#body as { destroyed?: boolean } | undefined)?.destroyed === false;
    return isOpen ? notifyOfEnd(response, () => this.destroyStream()) : response;
  }

  /** Destroys the Node stream that the newest attempt sent, because Node up to 24 keeps it and its file open. */
  destroyStream(): void {
    destroyNodeStream(this.#body);
  }

  /**
   * Returns whether `fetch` accepts the request, apart from its body. In runtimes whose errors have no code, the error
   * of an invalid request can look like that of a lost connection.
   */
  isValid(): boolean {
    if (!this.url || typeof this.#input !== 'string' || !globalThis.Request) return true;
    try {
      const { signal: _, body: __, ...init } = this.#init ?? {};
      new Request(this.url.href, init);
      return true;
    } catch {
      return false;
    }
  }

  /** Returns a copy of the options, because `fetch` may keep or change it. Returns `undefined` if there are none. */
  #initWith(signal: AbortSignal | undefined): Init | undefined {
    return signal ? { ...this.#init, signal } : this.#init && { ...this.#init };
  }

  async #sendFresh(make: BodyFunction, fetch: FetchLike, signal: AbortSignal | undefined): Promise<Response> {
    try {
      this.#body = await freshBody(make, this.#body, signal);
    } catch (error) {
      if (!signal?.aborted) this.#isBodyReplayable = false;
      throw error;
    }
    try {
      // A stream needs `duplex`. For other bodies it has no effect.
      return await fetch(this.#input, { duplex: 'half', ...this.#initWith(signal), body: this.#body } as Init);
    } catch (error) {
      this.destroyStream();
      throw error;
    }
  }
}

/** Cancels the body of a request, if that is a stream. */
function cancelBody(request: { readonly body?: unknown } | undefined, reason?: unknown): void {
  // The body of a polyfilled `Request` may also be a Node stream or bytes.
  (request?.body as ReadableStream | null | undefined)?.cancel?.(reason).catch(() => {});
}

/**
 * Returns whether a `Request` has a body. Old browsers lack the property `body`, and only the method shows it there.
 */
function hasBody({ body, method }: Request): boolean {
  return body === undefined ? method !== 'GET' && method !== 'HEAD' : body !== null;
}

/**
 * Copies the referrer of a `Request` into `init`. Any `init` resets the referrer (Fetch standard, constructor of
 * `Request`), and attempts often need an `init` for their signal.
 */
function keepReferrer(init: Init, { referrer, referrerPolicy }: Request): void {
  if (referrer && referrer !== 'about:client') init.referrer ??= referrer;
  if (referrerPolicy) init.referrerPolicy ??= referrerPolicy;
}
