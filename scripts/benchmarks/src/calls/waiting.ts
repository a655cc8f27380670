// A fresh process with very many calls that have failed once, and wait for their retry. Measures the heap that each holds, or
// the longest turn of the event loop until all have ended.
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { collect, readJob, report } from '../child.ts';
import { find } from '../suite.ts';
import { loadPrepare, suite } from './suite.ts';
import { createTarget } from './workload.ts';

export interface WaitingJob {
  readonly case: string;
  readonly contender: string;
}

export interface WaitingResult {
  /** Bytes of a call, or milliseconds. */
  readonly value: number;
}

const WARM_UP_CALLS = 10_000;
/** Calls that begin in one turn, as a busy server might receive them. */
const ARRIVING = 500;
const job = readJob<WaitingJob>();
const { measures, newErrors, ends, waiting: CALLS = 100_000 } = find(suite.cases, job.case);
const prepare = await loadPrepare(job.contender);

// Newer than the types of the oldest Node that is supported.
const { threadCpuUsage } = process as unknown as { threadCpuUsage(): { user: number; system: number } };

/** Returns the time of this thread, in milliseconds. Other programs on a busy machine do not lengthen it. */
function ownMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}

/** Watches the turns of the event loop, and returns a function that returns the longest. */
function watchTurns(): () => number {
  let last = ownMs();
  let longest = 0;
  const look = (): void => {
    const now = ownMs();
    longest = Math.max(longest, now - last);
    last = now;
    setImmediate(look);
  };
  look();
  return () => longest;
}

/** Makes `count` calls, each of which fails once and then waits. */
async function begin(count: number, waitMs: number, end?: 'spread' | 'aborted') {
  const target = createTarget({ failures: 1, inFlight: count, ...(newErrors && { newErrors }) });
  let attempts = 0;
  const counted = () => {
    attempts++;
    return target();
  };
  const controller = new AbortController();
  const call = prepare(counted, {
    waitMs,
    timeoutMs: 600_000,
    ...(end === 'spread' && { jitterMs: 1_000 }),
    ...(end === 'aborted' && { signal: controller.signal }),
  });
  const begun = performance.now();
  let newest: Promise<unknown> | undefined;
  for (let made = 0; made < count; made++) {
    newest = call();
    // Nobody else awaits them, and all of them reject.
    if (end === 'aborted') newest.catch(() => {});
    if (end && made % ARRIVING === 0) await turn();
  }
  await turn();
  return {
    perCallMs: (performance.now() - begun) / count,
    allWait: () => attempts === count,
    async settle(): Promise<void> {
      if (end === 'aborted') {
        controller.abort(new Error('no longer wanted'));
        await newest?.catch(() => {});
      }
      while (end !== 'aborted' && attempts < count * 2) await turn();
      await turn();
    },
  };
}

// Compiles the code that schedules calls and the code that settles them.
let perCallMs = 0;
for (let round = 0; round < 2; round++) {
  const warmUp = await begin(WARM_UP_CALLS, 1);
  await warmUp.settle();
  perCallMs = warmUp.perCallMs;
}
// No wait may be over before all calls wait. If a busy machine makes one be, waits are longer in the next try.
for (let waitMs = Math.ceil(500 + CALLS * (4 * perCallMs + 0.01)); ; waitMs *= 2) {
  collect();
  const before = process.memoryUsage().heapUsed;
  const longest = measures === 'turn' ? watchTurns() : undefined;
  const waiting = await begin(CALLS, waitMs, ends);
  if (longest) {
    const allWaited = waiting.allWait();
    await waiting.settle();
    if (allWaited) report({ value: longest() } satisfies WaitingResult);
    if (allWaited) break;
  } else {
    // Some contenders set up more in a later turn, or free something by a timer.
    await pause(50);
    collect();
    const value = (process.memoryUsage().heapUsed - before) / CALLS;
    if (waiting.allWait()) report({ value } satisfies WaitingResult);
    if (waiting.allWait()) break;
    await waiting.settle();
  }
}
