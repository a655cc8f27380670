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
