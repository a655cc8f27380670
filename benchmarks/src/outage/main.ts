// What an outage of one origin adds to its load, with the default budget and with none, and that another origin, called
// by the same fetch, notices nothing. Run by `pnpm outage`; `--save` keeps the results and rewrites what READMEs quote of them.
import { setTimeout as pause } from 'node:timers/promises';
import { type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { updateReadmes } from '../readmes.ts';
import { writeResults } from '../results.ts';
import { setting } from '../setting.ts';
import { type Count, type OutageResults, outageBlocks, type Phase } from './report.ts';

/** In seconds; calls are begun through all three. */
const PHASES: Record<Phase, number> = { before: 5, during: 20, after: 5 };
/** To each origin. */
const CALLS_PER_SECOND = 50;

type Counts = Record<Phase, Count>;

interface Origin {
  readonly title: string;
  readonly url: string;
  readonly counts: Counts;
}

let phase: Phase = 'before';

async function origin(title: string, fails: () => boolean) {
  const none = { calls: 0, requests: 0, answered: 0 };
  const counts: Counts = { before: { ...none }, during: { ...none }, after: { ...none } };
  const server = await flakyServer(() => {
    server.requests.length = 0;
    counts[phase].requests++;
    return { status: fails() ? 503 : 200 };
  });
  return { title, url: server.url, counts, close: server.close };
}

/** Two origins, called by one fetch. */
async function scene(more: string, options: RetryingFetchOptions) {
  const fetch = retryingFetch(options);
  const origins = [
    await origin(`the origin that is down${more}`, () => phase === 'during'),
    await origin(`the other${more}`, () => false),
  ] as const;
  const call = async ({ url, counts }: Origin): Promise<void> => {
    const count = counts[phase];
    count.calls++;
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) count.answered++;
    await response?.text();
  };
  return { origins, call: () => Promise.all(origins.map(call)) };
}

const scenes = [await scene('', {}), await scene(', with `budget: false`', { budget: false })];
const pending: Promise<unknown>[] = [];
for (const [name, seconds] of Object.entries(PHASES)) {
  phase = name as Phase;
  for (let call = 0; call < seconds * CALLS_PER_SECOND; call++) {
    for (const scene of scenes) pending.push(scene.call());
    await pause(1_000 / CALLS_PER_SECOND);
  }
}
await Promise.all(pending);
const origins = scenes.flatMap((scene) => scene.origins);
await Promise.all(origins.map(({ close }) => close()));

const results: OutageResults = {
  ...setting(),
  callsPerSecond: CALLS_PER_SECOND,
  outageSeconds: PHASES.during,
  origins: origins.map(({ title, counts }) => ({ title, counts })),
};
for (const block of Object.values(outageBlocks(results))) console.log(`${block}\n`);
if (process.argv.includes('--save')) {
  writeResults('outage', results);
  updateReadmes();
}
