/** Makes many retried calls on one signal and reports what is left afterwards. The leak test runs it with `--expose-gc`. */
import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { retryingFetch } from '@stamina/fetch';

const [url, count] = [process.argv[2] as string, Number(process.argv[3])];
const { signal } = new AbortController();
const fetch = retryingFetch({ waitInitial: 0, waitJitter: 0, attempts: 2, budget: false, attemptTimeout: 10_000 });
const KINDS = ['100', '100000', 'endless'];

/** Counts calls of `AbortSignal.any`. In Node 22, each keeps some 200 bytes while the signal that it joins is alive. */
let joined = 0;
const { any } = AbortSignal;
AbortSignal.any = (signals) => {
  joined++;
  return any.call(AbortSignal, signals);
};

let warnings = 0;
process.on('warning', () => warnings++);

async function call(calls: number): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const kind = KINDS[i % KINDS.length];
    // Every second request has a body function, which listens to the signal too.
    const init = i % 2 ? { signal, method: 'PUT', body: async () => 'hello' } : { signal };
    const response = await fetch(`${url}/${kind}`, init);
    if ((await response.text()) !== 'hello') throw new Error(`answered ${response.status}`);
  }
}

/** Returns the heap in use after all finalizers have run. */
async function heapUsed(): Promise<number> {
  for (let i = 0; i < 10; i++) {
    (globalThis as unknown as { gc(): void }).gc();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Returns how much memory the runtime itself keeps when its own fetch gets as many joined signals. */
async function growthOf(count: number): Promise<number> {
  const { signal: another } = new AbortController();
  const before = await heapUsed();
  for (let i = 0; i < count; i++) {
    const { signal: own } = new AbortController();
    await (await globalThis.fetch('data:,hello', { signal: AbortSignal.any([another, own]) })).text();
    // Finalizers need turns of the event loop.
    if (i % 100 === 0) await pause(0);
  }
  const grown = (await heapUsed()) - before;
  // The signal is read last, so that it lives until here.
  return another.aborted ? Number.NaN : Math.max(0, grown);
}

const active = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;

// There are two rounds, because memory from loading and compiling is only collected during the second one.
await call(600);
await heapUsed();
await call(600);
const before = await heapUsed();
joined = 0;
await call(count);
const grown = (await heapUsed()) - before;
const byRuntime = await growthOf(joined);
for (const until = Date.now() + 10_000; active() > 0 && Date.now() < until; )
  await pause(100, undefined, { ref: false });
process.send?.({ grown, byRuntime, active: active(), listeners: getEventListeners(signal, 'abort').length, warnings });
