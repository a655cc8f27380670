/** The options that shape the waits. Times are in ms. */
export interface Backoff {
  readonly waitInitial: number;
  readonly waitMax: number;
  readonly waitJitter: number;
  readonly waitExpBase: number;
}

/**
 * Returns the width of the random part of each wait. It is at most half of `waitMax`, so that the lower bound has room
 * to grow.
 */
function jitterMs(backoff: Backoff): number {
  return Math.min(backoff.waitJitter, backoff.waitMax / 2);
}

/**
 * Returns the lower bound of the wait before a retry, in ms. `retryNum` is the number of the retry, from 1.
 *
 * The bound grows exponentially, but leaves room for the random part below `waitMax`. It would be simpler to cap the
 * sum of both, but in a long outage each client would then wait for exactly `waitMax`, and all would come back at once.
 */
export function lowMs(backoff: Backoff, retryNum: number): number {
  // Without the check for 0, a power that overflows to Infinity would give NaN.
  const grown = backoff.waitInitial && backoff.waitInitial * backoff.waitExpBase ** (retryNum - 1);
  return Math.min(grown, backoff.waitMax - jitterMs(backoff));
}

/** Returns the wait before a retry, in ms. It is at least `floorMs`, plus jitter. `random` is drawn from [0, 1). */
export function backoffMs(backoff: Backoff, retryNum: number, floorMs: number, random: number): number {
  return Math.max(lowMs(backoff, retryNum), floorMs) + random * jitterMs(backoff);
}
