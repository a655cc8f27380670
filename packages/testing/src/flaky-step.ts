import type { FlakyRequest } from './flaky-request.ts';

/** When a step is done. */
interface Moment {
  /** Milliseconds to wait before the step; default 0, at most 2³¹−1. */
  readonly delay?: number | undefined;
  /**
   * Do the step once this many bytes of the request's body have arrived, and drop the rest, rather than read it whole first;
   * such a request is not `complete`. Not for a step that a function returns: that is asked about whole requests.
   */
  readonly read?: number | undefined;
}

interface Answer {
  /** The status, 200 to 599; default 200. */
  readonly status?: number | undefined;
  /** Headers to send. `content-length` comes from the body, and is refused here. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The body; default none, or some dots where `truncate`, `drip` or `endless` need one. */
  readonly body?: string | Uint8Array | undefined;
  /** Send the body a byte at a time, this many milliseconds apart and before the first; at least 1. */
  readonly drip?: number | undefined;
}

interface Endless {
  /** Send the body again and again, as fast as the client reads, until the client leaves. */
  readonly endless: true;
}

interface Raw {
  /**
   * Send these bytes as they are, instead of an answer, then close the connection (or `reset`, or `hang`): a malformed status
   * line, a header that never ends, a chunk that is cut.
   */
  readonly raw: string | Uint8Array;
  /** Send them one at a time, this many milliseconds apart and before the first; at least 1. */
  readonly drip?: number | undefined;
}

interface Truncation {
  /** Announce the whole body, send this many of its bytes, then close the connection (or `reset`, or `hang`); fewer than the body has. */
  readonly truncate: number;
}

interface Reset {
  /**
   * Reset the connection (RST): the client sees `ECONNRESET`. After a truncated answer it gets 20 ms to read that first,
   * for a reset discards what is still under way.
   */
  readonly reset: true;
}

interface Close {
  /** Close the connection (FIN): the client sees its end. */
  readonly close: true;
}

interface Hang {
  /** Send nothing more: the connection stays open until the client or `close()` ends it. */
  readonly hang: true;
}

type Key = keyof (Moment & Answer & Raw & Endless & Truncation & Reset & Close & Hang);

type Maybe<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `T` and the moment, and none of the other keys. */
type Only<T> = T & Moment & { readonly [K in Exclude<Key, keyof (T & Moment)>]?: undefined };

/**
 * What a flaky server does with one request: answer it (`{}` is an empty 200), answer it in part (`truncate`) or by bytes
 * of your own (`raw`), or end the connection, or do nothing, without an answer.
 */
export type FlakyStep =
  | Only<Answer & Maybe<Endless>>
  | Only<Answer & Truncation & Maybe<Reset>>
  | Only<Answer & Truncation & Maybe<Close>>
  | Only<Answer & Truncation & Maybe<Hang>>
  | Only<Raw & Maybe<Reset>>
  | Only<Raw & Maybe<Close>>
  | Only<Raw & Maybe<Hang>>
  | Only<Reset>
  | Only<Close>
  | Only<Hang>;

/** What a flaky server does: always the same step, one per request (the last repeats), or whatever a function says. */
export type FlakyScript =
  | FlakyStep
  | readonly FlakyStep[]
  | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);
