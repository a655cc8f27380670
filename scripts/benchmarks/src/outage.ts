// `pnpm bench outage`: measures the load that an outage of one origin adds to it, with the default budget and without one, and
// the effect on another origin that the same fetch calls.
import { setTimeout as pause } from 'node:timers/promises';
import { type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { updateReadmes } from './readmes.ts';
import { readFlags, setting, writeResults } from './results.ts';
import { type Loads, outageBlocks, PHASES } from './tables.ts';

type Phase = (typeof PHASES)[number];

/** Calls a second to each origin. */
const RATE = 50;

async function measure(seconds: Record<Phase, number>): Promise<Loads> {
  let phase: Phase = 'before';

  async function startOrigin(title: string, fails: () => boolean) {
    const count = () => ({ calls: 0, requests: 0, answered: 0 });
    const counts = { before: count(), during: count(), after: count() };
    const server = await flakyServer(() => {
      server.requests.length = 0;
      counts[phase].requests++;
      return { status: fails() ? 503 : 200 };
    });
    return { title, counts, url: server.url, close: server.close };
  }

  /** Starts two origins that one fetch calls. */
  async function startScene(more: string, options: RetryingFetchOptions) {
    const fetch = retryingFetch(options);
    const origins = [
      await startOrigin(`the origin that is down${more}`, () => phase === 'during'),
      await startOrigin(`the other${more}`, () => false),
    ];
    const call = async ({ url, counts }: (typeof origins)[number]): Promise<void> => {
      const count = counts[phase];
      count.calls++;
      const response = await fetch(url).catch(() => undefined);
      if (response?.ok) count.answered++;
      await response?.text();
    };
    return { origins, call: () => Promise.all(origins.map(call)) };
  }

  const scenes = [await startScene('', {}), await startScene(', with `budget: false`', { budget: false })];
  const pending: Promise<unknown>[] = [];
  for (phase of PHASES) {
    for (let call = 0; call < seconds[phase] * RATE; call++) {
      for (const scene of scenes) pending.push(scene.call());
      await pause(1_000 / RATE);
    }
  }
  await Promise.all(pending);
  const loads: Loads = {};
  for (const { title, counts, close } of scenes.flatMap(({ origins }) => origins)) {
    await close();
    const perCall = (kind: 'requests' | 'answered') => PHASES.map((each) => counts[each][kind] / counts[each].calls);
    loads[title] = { requests: perCall('requests'), answered: perCall('answered') };
  }
  return loads;
}

const { quick, save } = readFlags().values;
const seconds = quick ? { before: 1, during: 4, after: 1 } : { before: 5, during: 20, after: 5 };
const figures = await measure(seconds);
const where = setting();
const how = `${RATE} calls a second to each of two origins, one of which answers 503 for ${seconds.during} s`;
const results = { ...where, setting: `${where.setting}: ${how}`, figures };
for (const block of Object.values(outageBlocks(results))) console.log(`${block}\n`);
if (save) {
  writeResults('outage', results);
  updateReadmes();
}
