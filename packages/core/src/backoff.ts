/** What shapes the waits; times in ms. */
export interface Backoff {
  readonly waitInitial: number;
  readonly waitMax: number;
  readonly waitJitter: number;
  readonly waitExpBase: number;
}

/** Width of the random part: it never takes more than half of the longest wait, so growth stays visible and jitter never disappears. */
function jitterMs(backoff: Backoff): number {
  return Math.min(backoff.waitJitter, backoff.waitMax / 2);
}

/**
 * Lower bound of the wait before retry `retryNum` (from 1): exponential, and capped *below* the jitter.
 * Capping the jittered sum instead would, in a long outage, set every client to the same wait: the herd that jitter prevents.
 */
export function lowMs(backoff: Backoff, retryNum: number): number {
  // 0 times an overflowed power would be NaN.
  const grown = backoff.waitInitial && backoff.waitInitial * backoff.waitExpBase ** (retryNum - 1);
  return Math.min(grown, backoff.waitMax - jitterMs(backoff));
}

/** The wait before retry `retryNum`, not below `floorMs`, jittered by `random` from [0, 1). */
export function backoffMs(backoff: Backoff, retryNum: number, floorMs: number, random: number): number {
  return Math.max(lowMs(backoff, retryNum), floorMs) + random * jitterMs(backoff);
}
