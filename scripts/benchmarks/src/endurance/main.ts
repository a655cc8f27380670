// `pnpm bench endurance`: makes very many calls in every way there is, and looks at what is left of them. Needs `--expose-gc`.
// Also `--no-compilation-cache`, because that cache holds 5 MB, and a leak of that size would look the same.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { addRetryHook, type GiveUpReason, type RetryListener } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { updateReadmes } from '../readmes.ts';
import { readFlags, setting, writeResults } from '../results.ts';
import { enduranceBlocks, type Left, whole } from '../tables.ts';
import { fetchTraffic } from './fetch-traffic.ts';
import { HEAPS, type Snapshot, startServer, takeSnapshot } from './snapshot.ts';
import { coreTraffic, decoratorTraffic, hookTraffic, type Surface, syncTraffic, type World } from './traffic.ts';

const { quick, save } = readFlags().values;
/** Periods have so many turns of every kind of traffic, and no set time, so that a slow machine does the same work. */
const { periods, turns, mostBytes } = quick
  ? { periods: 5, turns: 300, mostBytes: 8 }
  : { periods: 10, turns: 5_000, mostBytes: 1 };
/** Kinds of traffic that run at once. */
const AT_WORK = 64;

const server = await startServer();
const world: World = { url: server.url, signal: new AbortController().signal };
const warnings: string[] = [];
process.on('warning', ({ name, message }) => {
  // Node warns of its own timers where a busy machine is late.
  if (name !== 'TimeoutNegativeWarning') warnings.push(message);
});
const { tally, stop } = startTally();
const surfaces: [string, Surface][] = Object.entries({
  ...coreTraffic(world),
  ...hookTraffic(world),
  ...syncTraffic(),
  ...(await decoratorTraffic()),
  ...fetchTraffic(world),
});
const perPeriod = turns * surfaces.length;

let begun = 0;
async function work(until: number): Promise<void> {
  while (begun < until) {
    const [name, surface] = surfaces[begun % surfaces.length] as [string, Surface];
    const turn = Math.floor(begun++ / surfaces.length);
    try {
      await surface(turn);
    } catch (cause) {
      throw new Error(`turn ${turn} of ${name} failed`, { cause });
    }
  }
}

const snapshots: Snapshot[] = [];
for (let period = 1; period <= periods; period++) {
  await Promise.all(Array.from({ length: AT_WORK }, () => work(period * perPeriod)));
  const snapshot = await takeSnapshot(world, server);
  snapshots.push(snapshot);
  console.error(
    `${period} of ${periods}: ${begun} turns, ${tally.retries} retries, ${HEAPS.map((kind) => snapshot[kind])}`,
  );
}
await stop();
server.stop();

const [first, last] = [snapshots[0] as Snapshot, snapshots.at(-1) as Snapshot];
const failures: string[] = [];
for (const kind of HEAPS) {
  // A leak grows in every period. What differs by chance does not, and the first period is for what settles with time.
  const heaps = snapshots.slice(1).map((snapshot) => snapshot[kind] as number);
  const growths = heaps.slice(1).map((heap, index) => heap - (heaps[index] as number));
  const least = Math.min(...growths) / perPeriod;
  if (least > mostBytes) failures.push(`${kind}: grew in every period, by at least ${least.toFixed(1)} B a turn`);
}
for (const kind of Object.keys(last)) {
  const [before = 0, after = 0] = [first[kind], last[kind]];
  if (after > before && !HEAPS.some((heap) => heap === kind)) failures.push(`${kind}: ${after} instead of ${before}`);
}
const { retries, recoveries, giveUps, published, counted, logged } = tally;
const told = retries + recoveries + Object.values(giveUps).reduce((sum, count) => sum + count, 0);
if (published !== retries || counted !== retries || logged !== told) {
  failures.push(`listeners counted differently: ${JSON.stringify(tally)}`);
}
for (const [reason, count] of Object.entries(giveUps)) if (count === 0) failures.push(`no call gave up for ${reason}`);
// One hook always fails, and its warning appears once.
if (warnings.length !== 1 || !warnings[0]?.includes('failingHook')) {
  failures.push(`unexpected warnings: ${JSON.stringify(warnings)}`);
}

const where = setting();
const how = `${whole(begun)} turns of ${surfaces.length} kinds of traffic, ${whole(retries)} retries, ${whole(recoveries)} recoveries`;
const kinds = new Set([...HEAPS, ...Object.keys(first).sort(), ...Object.keys(last)]);
const figures: Left = Object.fromEntries([...kinds].map((kind) => [kind, [first[kind] ?? 0, last[kind] ?? 0]]));
const results = { ...where, setting: `${where.setting}: ${how}`, figures };
console.log(enduranceBlocks(results).endurance);
for (const failure of failures) console.error(`FAILED ${failure}`);
if (failures.length > 0) process.exitCode = 1;
else if (save) {
  writeResults('endurance', results);
  updateReadmes();
}

/** Events, as each listener counted them. */
interface Tally {
  retries: number;
  recoveries: number;
  readonly giveUps: Record<GiveUpReason, number>;
  /** Retries that the diagnostics channel published. */
  published: number;
  /** Retries that prom-client counted. */
  counted: number;
  /** Lines that pino wrote. */
  logged: number;
}

/** Counts all events of this process until `stop`, with every kind of listener. */
function startTally(): { tally: Tally; stop: () => Promise<void> } {
  const tally: Tally = {
    retries: 0,
    recoveries: 0,
    giveUps: { aborted: 0, unmatched: 0, stopped: 0, attempts: 0, deadline: 0, timeout: 0, budget: 0 },
    published: 0,
    counted: 0,
    logged: 0,
  };
  const counting: RetryListener = {
    onRetry: () => void tally.retries++,
    onGiveUp: ({ reason }) => void tally.giveUps[reason]++,
    onRecover: () => void tally.recoveries++,
  };
  const registry = new Registry();
  const logger = pino({ level: 'debug' }, { write: () => void tally.logged++ });
  const added = [counting, prometheusHook({ registry }), pinoHook(logger)].map(addRetryHook);
  const hear = (): void => void tally.published++;
  subscribe('stamina:retry', hear);
  const stop = async (): Promise<void> => {
    unsubscribe('stamina:retry', hear);
    for (const hook of added) hook.dispose();
    const { values } = await getRetryCounter(registry).get();
    tally.counted = values.reduce((sum, { value }) => sum + value, 0);
  };
  return { tally, stop };
}
