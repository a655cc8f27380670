// A fresh process: how much heap a call holds that waits before its first retry.
import { findContender } from './contenders.ts';
import { readJob, report } from './job.ts';
import { collect } from './meter.ts';
import { findMetric, WAITING_METRICS } from './metrics.ts';
import { createTarget } from './workload.ts';

export interface WaitingJob {
  readonly contender: string;
  readonly metric: string;
}

const WAIT_MS = 40_000;
const WARM_UP_CALLS = 10_000;
const job = readJob<WaitingJob>();
const { calls, reusedError } = findMetric(WAITING_METRICS, job.metric);

const target = createTarget({ failures: Number.MAX_SAFE_INTEGER, inFlight: 1, reusedError });
const prepare = await findContender(job.contender).load();
let attempts = 0;
const call = prepare(
  () => {
    attempts++;
    return target();
  },
  { waitMs: WAIT_MS, timeoutMs: 45_000 },
);

/** Heap in use once `calls` more calls wait. */
const heapAfter = async (calls: number): Promise<number> => {
  const expected = attempts + calls;
  for (let i = 0; i < calls; i++) void call();
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (attempts !== expected) throw new Error(`expected ${expected} first attempts, saw ${attempts}`);
  collect();
  return process.memoryUsage().heapUsed;
};

// The first calls pay for compiled code and type feedback; they go on waiting, and are in `before`.
const before = await heapAfter(WARM_UP_CALLS);
report((await heapAfter(calls)) / calls - before / calls);
