// A fresh process: what calls cost that wait before their first retry. How long it takes until all of them wait, how much
// heap each holds, and, once all their waits are over, how long until all have succeeded.
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { readJob, report } from '../job.ts';
import { findContender } from './contenders.ts';
import { collect } from './meter.ts';
import { findMetric, WAITING_METRICS } from './metrics.ts';
import { createTarget } from './workload.ts';

export interface WaitingJob {
  readonly contender: string;
  readonly metric: string;
}

/** Per call. */
export interface WaitingResult {
  readonly bytes: number;
  readonly scheduleNs: number;
  readonly settleNs: number;
}

const WARM_UP_CALLS = 10_000;
const MOST_WAIT_MS = 120_000;
const job = readJob<WaitingJob>();
const { calls, reusedError } = findMetric(WAITING_METRICS, job.metric);
const prepare = await findContender(job.contender).load();

/** Makes `count` calls that fail once, each of which then waits for `waitMs`. */
async function schedule(count: number, waitMs: number) {
  const target = createTarget({ failures: 1, inFlight: count, reusedError });
  let attempts = 0;
  const counting = () => {
    attempts++;
    return target();
  };
  const call = prepare(counting, { waitMs, timeoutMs: 600_000 });
  const begun = performance.now();
  let newest: Promise<unknown> | undefined;
  for (let made = 0; made < count; made++) newest = call();
  await turn();
  const tookMs = performance.now() - begun;
  const check = (expected: number): void => {
    if (attempts !== expected) throw new Error(`expected ${expected} attempts of ${count} calls, saw ${attempts}`);
  };
  const settle = async (): Promise<number> => {
    const begun = performance.now();
    await newest;
    while (attempts < count * 2) await turn();
    await turn();
    check(count * 2);
    return performance.now() - begun;
  };
  return { tookMs, dueAt: performance.now() + waitMs, check: () => check(count), settle };
}

// Compiles the code and fills type feedback, both while scheduling and while settling.
let perCallMs = 0;
for (let round = 0; round < 2; round++) {
  const warmUp = await schedule(WARM_UP_CALLS, 1);
  perCallMs = (warmUp.tookMs + (await warmUp.settle())) / WARM_UP_CALLS;
}

collect();
const before = process.memoryUsage().heapUsed;
// Long enough that nobody's first wait is over before the heap was looked at: by what a call and its garbage take.
const waitMs = Math.min(MOST_WAIT_MS, Math.ceil(300 + calls * (3 * perCallMs + 0.01)));
const waiting = await schedule(calls, waitMs);
// What is set up a turn later, and what only timers free.
await pause(50);
collect();
const bytes = (process.memoryUsage().heapUsed - before) / calls;
waiting.check();
// All at once: what is measured is settling, not waiting.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waiting.dueAt + 5 - performance.now());
const settleMs = await waiting.settle();
const result: WaitingResult = {
  bytes,
  scheduleNs: (waiting.tookMs * 1e6) / calls,
  settleNs: (settleMs * 1e6) / calls,
};
report(result);
