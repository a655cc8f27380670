import type { Endured } from './run.ts';
import { surplus } from './snapshot.ts';
import { longest, MOST_MS, type StallFigure } from './stalls.ts';

const MOST_GROWTH = 2 ** 20;

/**
 * Bytes by which the heaps grew over the least that was in use after any period before: at some time Node drops some
 * 5 MB that it has read TypeScript with, and no leak may hide behind that.
 */
export function growth({ snapshots }: Endured): { client: number; server: number } {
  const last = snapshots.at(-1);
  if (!last || snapshots.length < 2) throw new Error('there is nothing to compare with');
  const earlier = snapshots.slice(0, -1);
  return {
    client: last.heap - Math.min(...earlier.map(({ heap }) => heap)),
    server: last.serverHeap - Math.min(...earlier.map(({ serverHeap }) => serverHeap)),
  };
}

/** What did not hold. */
export function complaints(endured: Endured, stalls: readonly StallFigure[]): string[] {
  const { turns, tally, warnings, snapshots } = endured;
  const found: string[] = [];
  for (const [where, bytes] of Object.entries(growth(endured))) {
    if (bytes > MOST_GROWTH) found.push(`the heap of the ${where} grew by ${bytes} bytes`);
  }
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (first && last) found.push(...surplus(first, last));
  for (const { waits, by, ...figure } of stalls) {
    const { ownMs } = longest({ waits, by, ...figure });
    if (by === 'stamina' && ownMs > MOST_MS) found.push(`${waits}: the event loop stood still for ${ownMs} ms`);
  }
  // That nothing went wrong says little where nothing happened.
  const idle = Object.entries({ ...turns, ...tally.giveUps, recoveries: tally.recoveries, published: tally.published });
  for (const [name, count] of idle) if (count === 0) found.push(`there was no ${name}`);
  // One hook fails all the time, and is warned of once.
  if (warnings.length !== 1 || !warnings[0]?.startsWith('A retry hook (failingHook) failed.')) {
    found.push(`unexpected warnings: ${JSON.stringify(warnings)}`);
  }
  return found;
}
