// What an outage of one origin adds to its load, with the default budget and with none, and that another origin, called
// by the same fetch, notices nothing. Run by `pnpm outage`; the README of fetch has its figures.
import { setTimeout as pause } from 'node:timers/promises';
import { type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';

/** In seconds; calls are begun through all three. */
const PHASES = { before: 5, during: 20, after: 5 };
/** To each origin. */
const CALLS_PER_SECOND = 50;

type Phase = keyof typeof PHASES;
type Counts = Record<Phase, { calls: number; requests: number; answered: number }>;

interface Origin {
  readonly url: string;
  readonly counts: Counts;
}

let phase: Phase = 'before';

async function origin(fails: () => boolean) {
  const none = { calls: 0, requests: 0, answered: 0 };
  const counts: Counts = { before: { ...none }, during: { ...none }, after: { ...none } };
  const server = await flakyServer(() => {
    server.requests.length = 0;
    counts[phase].requests++;
    return { status: fails() ? 503 : 200 };
  });
  return { url: server.url, counts, close: server.close };
}

/** Two origins, called by one fetch. */
async function scene(options: RetryingFetchOptions) {
  const fetch = retryingFetch(options);
  const origins = [await origin(() => phase === 'during'), await origin(() => false)] as const;
  const call = async ({ url, counts }: Origin): Promise<void> => {
    const count = counts[phase];
    count.calls++;
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) count.answered++;
    await response?.text();
  };
  return { origins, call: () => Promise.all(origins.map(call)) };
}

const scenes = { 'with the default budget': await scene({}), 'with `budget: false`': await scene({ budget: false }) };
const pending: Promise<unknown>[] = [];
for (const [name, seconds] of Object.entries(PHASES)) {
  phase = name as Phase;
  for (let call = 0; call < seconds * CALLS_PER_SECOND; call++) {
    for (const scene of Object.values(scenes)) pending.push(scene.call());
    await pause(1_000 / CALLS_PER_SECOND);
  }
}
await Promise.all(pending);

console.log(`${CALLS_PER_SECOND} calls a second to each of two origins; one answers 503 for ${PHASES.during} s\n`);
console.log('| | requests per call: before | during | after | answered: before | during | after |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const [name, { origins }] of Object.entries(scenes)) {
  for (const [index, { counts, close }] of origins.entries()) {
    const phases = Object.values(counts);
    const perCall = phases.map(({ requests, calls }) => (requests / calls).toFixed(2));
    const answered = phases.map((count) => `${Math.round((count.answered / count.calls) * 100)} %`);
    console.log(
      `| ${index === 0 ? 'the origin that is down' : 'the other'}, ${name} | ${[...perCall, ...answered].join(' | ')} |`,
    );
    await close();
  }
}
