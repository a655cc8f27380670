/** The error codes of HTTP/2, in the order of their numbers (RFC 9113, section 7). */
export const HTTP2_ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const;

interface Timing {
  /** Milliseconds to wait before the step, at most 2³¹−1. Default 0. */
  readonly delay?: number | undefined;
  /**
   * Performs the step once this many bytes of the request's body have arrived, and drops the rest of the body. The
   * request does not become `complete` if bytes are dropped. Default: the step waits for the whole body. Must be left
   * out by a function, because the function is called after the whole request has arrived.
   */
  readonly read?: number | undefined;
}

interface Answer {
  /** The status, from 200 to 599. Default 200. */
  readonly status?: number | undefined;
  /**
   * The headers to send. An array sends a header once for each value. `content-length` and `transfer-encoding` are not
   * allowed, because the server sets them from the body.
   */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The body. A string is sent as UTF-8. Default: none, or dots if `truncate`, `drip` or `endless` needs a body. */
  readonly body?: string | Uint8Array | undefined;
  /** Sends the body one byte at a time, and waits this many milliseconds before each byte; at least 1. */
  readonly drip?: number | undefined;
}

interface Endless {
  /** Repeats the body until the client leaves, as fast as the client reads it or at the pace of `drip`. */
  readonly endless: true;
}

interface Raw {
  /**
   * Sends these bytes unchanged instead of an answer, and then closes the connection, or does what `reset` or `hang`
   * says. Raw bytes can be a malformed status line, a header that never ends, or a chunk that is cut.
   */
  readonly raw: string | Uint8Array;
  /** Sends the bytes one at a time, and waits this many milliseconds before each byte; at least 1. */
  readonly drip?: number | undefined;
}

interface Truncation {
  /**
   * Announces the length of the whole body but sends only this many bytes of it. Then closes the connection, or does
   * what `reset` or `hang` says. Must be less than the length of the body.
   */
  readonly truncate: number;
}

interface Reset {
  /**
   * Resets the connection (RST), so that the client sees `ECONNRESET`. If bytes were sent before, the client first gets
   * 20 ms to read them, because a reset discards bytes that have not been read.
   */
  readonly reset: true;
}

interface Close {
  /** Closes the connection (FIN), so that the client sees its end. */
  readonly close: true;
}

interface Hang {
  /** Sends nothing more. The connection stays open until the client leaves or the server is closed. */
  readonly hang: true;
}

/** The name of an error code of HTTP/2 (RFC 9113, section 7). */
export type Http2ErrorName = (typeof HTTP2_ERRORS)[number];

interface ResetStream {
  /**
   * Resets the stream of the request (RST_STREAM) with this error code, a name such as `'REFUSED_STREAM'` or a number.
   * The connection and its other streams go on. Needs HTTP/2.
   */
  readonly resetStream: Http2ErrorName | number;
}

interface GoAway {
  /**
   * Announces the end of the connection (GOAWAY) with this error code, a name such as `'ENHANCE_YOUR_CALM'` or a number.
   * Then sends the answer if the step has one, and closes the connection when its other requests have ended. Needs
   * HTTP/2.
   */
  readonly goAway: Http2ErrorName | number;
  /**
   * The last stream that the server may have processed. The server ignores later streams, and a client may send their
   * requests again. `0` means that the server has processed nothing. Default: the stream of the request.
   */
  readonly lastStreamId?: number | undefined;
}

type Key = keyof (Timing & Answer & Raw & Endless & Truncation & Reset & Close & Hang & ResetStream & GoAway);

type Maybe<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `T` with the timing, and without any other key of a step. */
type Only<T> = T & Timing & { readonly [K in Exclude<Key, keyof (T & Timing)>]?: undefined };

/**
 * Describes how a flaky server treats one request. The server can answer (`{}` is an empty 200), send part of an answer
 * (`truncate`) or bytes of your own (`raw`), end the connection without an answer (`reset`, `close`), or stay silent
 * (`hang`). In HTTP/2, it can also end a single stream (`resetStream`) or announce the end of the connection (`goAway`).
 */
export type FlakyStep =
  | Only<Answer & Maybe<Endless>>
  | Only<Answer & Truncation & Maybe<Reset>>
  | Only<Answer & Truncation & Maybe<Close>>
  | Only<Answer & Truncation & Maybe<Hang>>
  | Only<Answer & Truncation & Maybe<ResetStream>>
  | Only<Raw & Maybe<Reset>>
  | Only<Raw & Maybe<Close>>
  | Only<Raw & Maybe<Hang>>
  | Only<Reset>
  | Only<Close>
  | Only<Hang>
  | Only<ResetStream>
  | Only<Answer & GoAway>;

/**
 * Describes how a flaky server treats all requests. A step applies to every request. An array has one step per request,
 * and its last step repeats. A function is called with each request and returns its step.
 */
export type FlakyScript =
  | FlakyStep
  | readonly FlakyStep[]
  | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);

/**
 * A request that a flaky server received. The server records it when its headers arrive, and fills in the body later.
 */
export interface FlakyRequest {
  /**
   * The number of the request, from 1. Request 2 gets step 2 of a list, even if request 1 never became `complete`.
   */
  readonly num: number;
  /** The number of its connection, from 1. Requests with the same number came on one connection (keep-alive). */
  readonly connection: number;
  /** `true` if its connection had carried a request before. A server may close such a connection at any time. */
  readonly reused: boolean;
  /** The method in upper case, such as `'GET'`. */
  readonly method: string;
  /** The path with the query, such as `'/users?page=2'`. */
  readonly path: string;
  /**
   * The number of its stream in HTTP/2. The streams of a connection are 1, 3, 5 and so on. It is `undefined` in HTTP/1.1.
   */
  readonly stream: number | undefined;
  /** The headers by lower-case name. Node joins the values of a header that was sent more than once. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, read as UTF-8. It is `''` until the body has ended. */
  readonly body: string;
  /** The bytes of the body. There are none until the body has ended. */
  readonly bytes: Uint8Array;
  /**
   * `true` once the whole request has arrived. It stays `false` if the client left before that, or if the `read` of the
   * step dropped a part of the body.
   */
  readonly complete: boolean;
  /** The time at which its headers arrived, by `performance.now()` in milliseconds. Fake timers do not affect it. */
  readonly at: number;
}
