/** The things that all traffic shares. */
export interface World {
  /** The URL of the flaky server. */
  readonly url: string;
  /** A signal for all calls, which is never aborted. */
  readonly signal: AbortSignal;
}

/** Makes some calls in one way, and throws if one of them ends differently than it must. `turn` counts up. */
export type Surface = (turn: number) => Promise<void>;

/** Returns a function that fails `failures` times, and then returns `value`. */
export function failing<Value>(failures: number, value: Value): () => Value {
  let left = failures;
  return () => {
    if (left-- > 0) throw new Error('not yet');
    return value;
  };
}

/** Short waits, because there are millions of them. */
export const WAITS = { waitInitial: 1, waitJitter: 2, waitMax: 4 };

/** For calls that must succeed at last, however slow the machine is. */
export const ENDLESS: { attempts: number; timeout: number } = { attempts: Infinity, timeout: Infinity };

/** For synchronous code, whose waits block everything else. */
export const NO_WAITS = { waitMax: 0 };

export class Bug extends Error {
  override readonly name: string = 'Bug';
}
