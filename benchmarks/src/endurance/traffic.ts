/** What traffic runs against, for as long as it runs. */
export interface World {
  /** Of the flaky server. */
  readonly url: string;
  /** Never aborted, and given to all calls. */
  readonly signal: AbortSignal;
}

/** Makes some calls by one surface, and throws unless they end as they must. `turn` counts up. */
export type Surface = (turn: number) => Promise<void>;

/** Fails `failures` times, then answers `value`. */
export function failing<Value>(failures: number, value: Value): () => Value {
  let left = failures;
  return () => {
    if (left-- > 0) throw new Error('not yet');
    return value;
  };
}

/** Short, so that ten minutes hold millions of retries. */
export const WAITS = { waitInitial: 1, waitJitter: 2, waitMax: 4 };

/** For surfaces that are measured one call at a time. */
export const NO_WAITS = { waitMax: 0 };

export class Bug extends Error {
  override readonly name: string = 'Bug';
}
