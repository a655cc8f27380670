/** The options that shape the waits. Times are in ms. */
export interface Backoff {
  readonly waitInitial: number;
  readonly waitMax: number;
  readonly waitJitter: number;
  readonly waitExpBase: number;
}

/** Returns the width of the random part. It is at most half of `waitMax`, so that growth stays visible and jitter never vanishes. */
function jitterMs(backoff: Backoff): number {
  return Math.min(backoff.waitJitter, backoff.waitMax / 2);
}

/**
 * Returns the lower bound of the wait before retry `retryNum` (from 1). It grows exponentially, and the whole random band
 * above it stays below `waitMax`. Capping the jittered sum instead would let every client wait exactly `waitMax` in a long
 * outage, and they would all come back at once.
 */
export function lowMs(backoff: Backoff, retryNum: number): number {
  // 0 times an overflowed power would be NaN.
  const grown = backoff.waitInitial && backoff.waitInitial * backoff.waitExpBase ** (retryNum - 1);
  return Math.min(grown, backoff.waitMax - jitterMs(backoff));
}

/** Returns the wait before retry `retryNum`: at least `floorMs`, plus jitter. `random` is drawn from [0, 1). */
export function backoffMs(backoff: Backoff, retryNum: number, floorMs: number, random: number): number {
  return Math.max(lowMs(backoff, retryNum), floorMs) + random * jitterMs(backoff);
}
