/** One call of a function that is retried. */
export type Call = () => Promise<unknown>;

/** The terms of a call, beside "retry any Error, ten attempts in all". */
export interface Terms {
  /** The wait before each retry. By default each contender has its own wait, in cases without a retry. */
  readonly waitMs?: number;
  /** The wait is longer by up to this time. */
  readonly jitterMs?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Turns a function into one that is retried. */
export type Prepare = (fn: Call, terms: Terms) => Call;
