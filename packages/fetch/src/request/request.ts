import { cancelNodeStream, freshBody, isReplayableBody } from './body.ts';
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
import { type Origin, originOf } from './origin.ts';
import { parseUrl } from './url.ts';

/** The request of one call. The caller's input is read once, so that each attempt sends the same. */
export class OutgoingRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Tells whether the request may arrive more than once: its method or its key allows that. */
  readonly isRepeatable: boolean;
  /** The origin, or `undefined` if the address is no URL. */
  readonly origin: Origin | undefined;
  readonly #input: Input;
  /** The address as a string, because a URL object could be changed between two attempts. */
  readonly #address: string;
  readonly #init: Init | undefined;
  readonly #makeBody: BodyFunction | undefined;
  /** The caller's `Request`, if it has a body that is sent. Attempts send clones of it, and the last one sends itself. */
  #original: Request | undefined;
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
    // A template refuses a symbol as `fetch` does. `String` would accept it.
    this.#address = request ? request.url : `${input}`;
    this.#input = request ?? this.#address;
    this.origin = originOf(this.#address, this);
    // `null` means no signal, and hides the signal of the `Request`.
    this.signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.isRepeatable = isRepeatable(this.method, init?.headers ?? request?.headers, methods);
    this.#init = init as Init | undefined;
    if (typeof body === 'function') this.#makeBody = body;
    this.#original = (body === undefined || body === null) && request && hasBody(request) ? request : undefined;
    // A `Request` that must not be repeated is sent itself, because a clone would only keep its body in memory.
    this.#isBodyReplayable = this.#original ? this.isRepeatable : isReplayableBody(body);
    if (request) keepReferrer(init as Init, request);
  }

  /** The URL, or `undefined` if the address is none. Then `fetch` itself reports that. */
  get url(): URL | undefined {
    if (this.#url === null) this.#url = parseUrl(this.#address);
    return this.#url;
  }

  /** The default name in hooks, logs and metrics. It has few values and holds no secrets. */
  get name(): string {
    return this.origin ? `${this.method} ${this.origin.host}` : this.method;
  }

  /** Tells whether the whole request can be sent once more, the body included. */
  get isReplayable(): boolean {
    return this.#isBodyReplayable && this.origin?.isHttp === true;
  }

  /** Sends the request by `fetch`. `isLast` says that no other attempt can follow. */
  send(fetch: FetchLike, signal: AbortSignal | undefined, isLast: boolean): Promise<Response> {
    if (this.#makeBody) return this.#sendFresh(this.#makeBody, fetch, signal);
    const init = this.#initWith(signal);
    if (!this.#original) return fetch(this.#input, init);
    if (this.#original.bodyUsed) {
      this.#isBodyReplayable = false;
      throw new TypeError('the body of this Request was used before; pass a new Request, or a clone of it');
    }
    if (this.isReplayable && !isLast) return fetch(this.#original.clone(), init);
    this.#isBodyReplayable = false;
    this.#original = undefined;
    return fetch(this.#input, init);
  }

  /** Cancels the body of a request that was never sent, as `fetch` does (Fetch standard, "abort a fetch() call"). */
  cancel(reason: unknown): void {
    const body = this.#original?.body ?? this.#init?.body;
    if (body instanceof ReadableStream) body.cancel(reason).catch(() => {});
  }

  /**
   * Cancels the caller's `Request` once no other attempt follows, if only clones of it were sent. A clone shares its
   * stream with the original, and what one of them reads stays in memory until the other is read or cancelled.
   */
  cancelOriginal(): void {
    this.#original?.body?.cancel().catch(() => {});
  }

  /**
   * Tells whether `fetch` accepts everything but the body. In runtimes whose errors have no code, a bad request can look
   * like a lost connection.
   */
  isValid(): boolean {
    if (!this.url || typeof this.#input !== 'string') return true;
    try {
      const { signal: _, body: __, ...init } = this.#init ?? {};
      new Request(this.url.href, init);
      return true;
    } catch {
      return false;
    }
  }

  /** Returns a copy, because the `fetch` that gets it may keep or change it. Without options there is none to make. */
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
      // A stream needs `duplex`, and other bodies ignore it.
      return await fetch(this.#input, { duplex: 'half', ...this.#initWith(signal), body: this.#body } as Init);
    } catch (error) {
      cancelNodeStream(this.#body);
      throw error;
    }
  }
}

/** Tells whether a `Request` has a body. Old browsers have no property `body`; there, only the method shows it. */
function hasBody({ body, method }: Request): boolean {
  return body === undefined ? method !== 'GET' && method !== 'HEAD' : body !== null;
}

/**
 * Copies the referrer of a `Request` into `init`. Any `init` resets it (Fetch standard, constructor of `Request`), and we
 * nearly always pass one, for the signal.
 */
function keepReferrer(init: Init, { referrer, referrerPolicy }: Request): void {
  if (referrer && referrer !== 'about:client') init.referrer ??= referrer;
  if (referrerPolicy) init.referrerPolicy ??= referrerPolicy;
}
