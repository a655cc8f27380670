import { coreTraffic } from './core-traffic.ts';
import { decoratorTraffic } from './decorator-traffic.ts';
import { fetchTraffic } from './fetch-traffic.ts';
import { hookTraffic } from './hook-traffic.ts';
import { startServer } from './server.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { syncTraffic } from './sync-traffic.ts';
import { startTally, type Tally } from './tally.ts';
import type { Surface, World } from './traffic.ts';

/** What ran, and what was left of it. */
export interface Endured {
  /** Turns of each surface. */
  readonly turns: Readonly<Record<string, number>>;
  readonly tally: Tally;
  readonly warnings: readonly string[];
  /** One after each period, the first of which later ones are compared with. */
  readonly snapshots: readonly Snapshot[];
}

/** How many surfaces are at work at once. */
const AT_WORK = 64;

/** Runs every surface, over and over, for so many periods, and looks at what is left after each. */
export async function endure(periods: number, periodMs: number, progress: (text: string) => void): Promise<Endured> {
  const server = await startServer();
  const world: World = { url: server.url, signal: new AbortController().signal };
  const warnings: string[] = [];
  process.on('warning', ({ message }) => warnings.push(message));
  const { tally, stop } = startTally();
  const surfaces: [string, Surface][] = Object.entries({
    ...coreTraffic(world),
    ...hookTraffic(world),
    ...syncTraffic(),
    ...(await decoratorTraffic()),
    ...fetchTraffic(world),
  });
  const turns: Record<string, number> = Object.fromEntries(surfaces.map(([name]) => [name, 0]));

  progress(`${surfaces.length} kinds of traffic`);

  let begun = 0;
  const work = async (until: number): Promise<void> => {
    while (performance.now() < until) {
      const [name, surface] = surfaces[begun % surfaces.length] as [string, Surface];
      await surface(Math.floor(begun++ / surfaces.length));
      turns[name] = (turns[name] as number) + 1;
    }
  };

  const snapshots: Snapshot[] = [];
  for (let period = 1; period <= periods; period++) {
    const until = performance.now() + periodMs;
    await Promise.all(Array.from({ length: AT_WORK }, () => work(until)));
    const snapshot = await takeSnapshot(world, server);
    snapshots.push(snapshot);
    progress(`${period} of ${periods}: ${begun} turns, ${tally.retries} retries, heap ${megabytes(snapshot.heap)} MB`);
  }
  await stop();
  server.stop();
  return { turns, tally, warnings, snapshots };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
