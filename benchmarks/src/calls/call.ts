/** One call of whatever is measured. */
export type Call = () => Promise<unknown>;

/** What a contender is asked to do beside "retry any Error, ten attempts in all". */
export interface Terms {
  /** The wait before each retry; a contender's own default where it never comes to one. */
  readonly waitMs?: number;
  readonly timeoutMs: number;
}

/** Turns a callable into one that is retried. */
export type Prepare = (fn: Call, terms: Terms) => Call;
