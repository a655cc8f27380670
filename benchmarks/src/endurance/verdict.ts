import type { Endured } from './run.ts';
import type { Snapshot } from './snapshot.ts';
import { longest, MOST_MS, type StallFigure } from './stalls.ts';

const MOST_GROWTH = 2 ** 20;

/** Bytes by which the heaps grew after the first period. */
export function growth({ snapshots }: Endured): { client: number; server: number } {
  const [first, last] = ends(snapshots);
  return { client: last.heap - first.heap, server: last.serverHeap - first.serverHeap };
}

/** The first and the last. */
function ends(snapshots: readonly Snapshot[]): [Snapshot, Snapshot] {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (!first || !last || first === last) throw new Error('there is nothing to compare with');
  return [first, last];
}

/** What there is more of than before. */
function surplus(before: Snapshot, after: Snapshot): string[] {
  return Object.entries(after.left)
    .filter(([kind, count]) => count > (before.left[kind] ?? 0))
    .map(([kind, count]) => `${kind}: ${count} instead of ${before.left[kind] ?? 0}`);
}

/** What did not hold. */
export function complaints(endured: Endured, stalls: readonly StallFigure[]): string[] {
  const { turns, tally, warnings, snapshots } = endured;
  const found: string[] = [];
  for (const [where, bytes] of Object.entries(growth(endured))) {
    if (bytes > MOST_GROWTH) found.push(`the heap of the ${where} grew by ${bytes} bytes`);
  }
  found.push(...surplus(...ends(snapshots)));
  for (const figure of stalls.filter(({ by }) => by === 'stamina')) {
    const { ownMs } = longest(figure);
    if (ownMs > MOST_MS) found.push(`waits ${figure.waits}: the event loop stood still for ${ownMs} ms`);
  }
  const { retries, recoveries, giveUps, published, counted, logged } = tally;
  const told = retries + recoveries + Object.values(giveUps).reduce((sum, count) => sum + count, 0);
  if (published !== retries || counted !== retries || logged !== told) {
    found.push(`not everyone was told the same: ${JSON.stringify(tally)}`);
  }
  // That nothing went wrong says little where nothing happened.
  const idle = Object.entries({ ...turns, ...giveUps, retries, recoveries });
  for (const [name, count] of idle) if (count === 0) found.push(`there was no ${name}`);
  // One hook fails all the time, and is warned of once.
  if (warnings.length !== 1 || !warnings[0]?.startsWith('The retry hook failingHook failed;')) {
    found.push(`unexpected warnings: ${JSON.stringify(warnings)}`);
  }
  return found;
}
