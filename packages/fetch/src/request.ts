import { abandonBody, freshBody, isReplayable } from './body.ts';
import {
  type BodyFunction,
  copyInit,
  type FetchBody,
  type Init,
  type Input,
  isRequest,
  parseUrl,
  type RetryingInit,
} from './init.ts';
import { isRepeatable } from './method.ts';
import type { FetchLike } from './options.ts';
import { type Origin, originOf } from './origin.ts';

/** What one call asks for, read once. */
export class OutgoingRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Whether its sender allows for it to arrive more than once. */
  readonly repeatable: boolean;
  /** Where it goes, if that is a URL. */
  readonly origin: Origin | undefined;
  readonly #input: Input;
  /** What `fetch` will take for the URL. A string, as a URL object could be changed between two attempts. */
  readonly #address: string;
  readonly #init: Init | undefined;
  readonly #makeBody: BodyFunction | undefined;
  /** A `Request` with a body of its own, until it was sent itself. */
  #original: Request | undefined;
  /** Whether the body can be sent once more. */
  #replayable: boolean;
  #body: FetchBody | undefined;
  /** Parsed when first asked for; `null` before. */
  #url: URL | undefined | null = null;

  constructor(input: Input, given: RetryingInit | undefined, methods: ReadonlySet<string>) {
    const request = isRequest(input) ? input : undefined;
    const init = given ? copyInit(given) : request && {};
    const body = init?.body;
    const method = init?.method ?? request?.method;
    // Not `'GET'.toUpperCase()`, which engines make slowly.
    this.method = method ? String(method).toUpperCase() : 'GET';
    // `${}`, as `String` takes a symbol.
    this.#address = request ? request.url : `${input}`;
    this.#input = request ?? this.#address;
    this.origin = originOf(this.#address, this);
    // `null` is no signal, and hides the one of the `Request`.
    this.signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.repeatable = isRepeatable(this.method, init?.headers ?? request?.headers, methods);
    this.#init = init as Init | undefined;
    if (typeof body === 'function') this.#makeBody = body;
    this.#original = (body === undefined || body === null) && request && hasBody(request) ? request : undefined;
    // One that is not to be repeated is sent itself: to clone it would only keep its body in memory.
    this.#replayable = this.#original ? this.repeatable : isReplayable(body);
    if (request) keepReferrer(init as Init, request);
  }

  /** `undefined` where it is no URL: then `fetch` itself complains. */
  get url(): URL | undefined {
    if (this.#url === null) this.#url = parseUrl(this.#address);
    return this.#url;
  }

  /** Of few values, and free of secrets: what hooks, logs and metrics call it by default. */
  get name(): string {
    return this.origin ? `${this.method} ${this.origin.host}` : this.method;
  }

  /** Whether all of it can be sent once more. */
  get replayable(): boolean {
    return this.#replayable && this.origin?.isHttp === true;
  }

  /** Sends it; `last` says that no attempt can follow. */
  send(fetch: FetchLike, signal: AbortSignal | undefined, last: boolean): Promise<Response> {
    if (this.#makeBody) return this.#sendFresh(this.#makeBody, fetch, signal);
    const init = this.#initWith(signal);
    if (!this.#original) return fetch(this.#input, init);
    if (this.#original.bodyUsed) {
      this.#replayable = false;
      throw new TypeError('the body of this Request was used before; pass a new Request, or a clone made before that');
    }
    if (this.replayable && !last) return fetch(this.#original.clone(), init);
    this.#replayable = false;
    this.#original = undefined;
    return fetch(this.#input, init);
  }

  /** Nothing more will be sent. */
  finish(): void {
    // Of a cloned body both branches must be done with, or what one has read is kept for the other.
    this.#original?.body?.cancel().catch(() => {});
  }

  /** Nothing was sent, nor will be: lets go of the body, as `fetch` does (Fetch standard, "abort a fetch() call"). */
  abandon(reason: unknown): void {
    const body = this.#original?.body ?? this.#init?.body;
    if (body instanceof ReadableStream) body.cancel(reason).catch(() => {});
  }

  /** Whether `fetch` accepts all but the body. Where errors have no code, a bad request can look like a lost connection. */
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

  /** A copy: whoever is handed it may keep or change it. None of none, as that is the cheapest. */
  #initWith(signal: AbortSignal | undefined): Init | undefined {
    return signal ? { ...this.#init, signal } : this.#init && { ...this.#init };
  }

  async #sendFresh(make: BodyFunction, fetch: FetchLike, signal: AbortSignal | undefined): Promise<Response> {
    try {
      this.#body = await freshBody(make, this.#body, signal);
    } catch (error) {
      if (!signal?.aborted) this.#replayable = false;
      throw error;
    }
    try {
      // A stream needs `duplex`, and nothing else minds it.
      return await fetch(this.#input, { duplex: 'half', ...this.#initWith(signal), body: this.#body } as Init);
    } catch (error) {
      abandonBody(this.#body);
      throw error;
    }
  }
}

/** Old browsers do not tell a request's body; then only its method says that there is none. */
function hasBody({ body, method }: Request): boolean {
  return body === undefined ? method !== 'GET' && method !== 'HEAD' : body !== null;
}

/** Any `init` beside a `Request` resets its referrer (Fetch standard, constructor of `Request`), and ours mostly has a signal. */
function keepReferrer(init: Init, { referrer, referrerPolicy }: Request): void {
  if (referrer && referrer !== 'about:client') init.referrer ??= referrer;
  if (referrerPolicy) init.referrerPolicy ??= referrerPolicy;
}
