import type { FlakyRequest } from './flaky-request.ts';

/** What every step may have. */
interface Pause {
  /** Milliseconds to wait before the step; default 0, at most 2³¹−1. */
  readonly delay?: number | undefined;
}

type StepKey = 'status' | 'headers' | 'body' | 'delay' | 'reset' | 'truncate' | 'close' | 'hang' | 'drip';

/** A step of one kind alone: the keys of the others do not compile beside it. */
type Alone<T> = T & { readonly [K in Exclude<StepKey, keyof T>]?: undefined };

/** An HTTP answer, whole, cut short (`truncate`) or slow (`drip`). `{}` is an empty 200. */
export type FlakyAnswer = Alone<
  Pause & {
    /** The status, 200 to 599; default 200. */
    readonly status?: number | undefined;
    /** Headers to send. `content-length` comes from the body, and is refused here. */
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
    /** The body; default `''`, and some filler where `truncate` or `drip` need one. */
    readonly body?: string | Uint8Array | undefined;
    /** Announce the whole body, send this many of its bytes, then drop the connection; fewer than the body has. */
    readonly truncate?: number | undefined;
    /** Send the body a byte at a time, this many milliseconds apart; at least 1. */
    readonly drip?: number | undefined;
  }
>;

/** Reset the connection (RST) instead of answering: the client sees `ECONNRESET`. */
export type FlakyReset = Alone<Pause & { readonly reset: true }>;

/** Close the connection (FIN) instead of answering: the client sees its end before any header. */
export type FlakyClose = Alone<Pause & { readonly close: true }>;

/** Never answer: the connection stays open until the client or `close()` ends it. */
export type FlakyHang = Alone<Pause & { readonly hang: true }>;

/** What a flaky server does with one request. */
export type FlakyStep = FlakyAnswer | FlakyReset | FlakyClose | FlakyHang;

/** What a flaky server does: always the same step, one per request (the last repeats), or whatever a function says. */
export type FlakyScript =
  | FlakyStep
  | readonly FlakyStep[]
  | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);

/** A checked step: nothing left to default or to doubt. */
export type ResolvedStep =
  | { readonly kind: 'reset' | 'close' | 'hang'; readonly delay: number }
  | ({ readonly kind: 'answer' } & ResolvedAnswer);

/** A checked answer. */
export interface ResolvedAnswer {
  readonly delay: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  /** How many bytes of the body are sent. */
  readonly sent: number;
  readonly drip: number | undefined;
}
