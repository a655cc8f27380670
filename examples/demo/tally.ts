import type { GiveUpReason } from '@stamina/core';

/** What became of calls. A call is counted in one of `atOnce`, `recovered`, `gaveUp` and `notRetried`. */
export interface Tally {
  calls: number;
  /** Calls that succeeded at the first attempt. */
  atOnce: number;
  /** Calls that succeeded after a retry. */
  recovered: number;
  /** Why calls gave up whose errors were to be retried. */
  gaveUp: readonly GiveUpReason[];
  /** Calls that failed with an error that is never retried, or while retries are off. */
  notRetried: number;
  /** The wait before each retry, in milliseconds. */
  waits: readonly number[];
  /** Requests that the server received: attempts, counted at the other end. */
  attempts: number;
}

export function newTally(): Tally {
  return { calls: 0, atOnce: 0, recovered: 0, gaveUp: [], notRetried: 0, waits: [], attempts: 0 };
}

/** Adds tallies up. */
export function sum(tallies: Iterable<Tally>): Tally {
  const total = newTally();
  for (const tally of tallies) {
    total.calls += tally.calls;
    total.atOnce += tally.atOnce;
    total.recovered += tally.recovered;
    total.gaveUp = [...total.gaveUp, ...tally.gaveUp];
    total.notRetried += tally.notRetried;
    total.waits = [...total.waits, ...tally.waits];
    total.attempts += tally.attempts;
  }
  return total;
}
