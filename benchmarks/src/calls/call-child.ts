// A fresh process: one contender, one load, in alternating rounds with the yardstick.
import { readJob, report } from '../job.ts';
import { makeSides, type SideName, type SidesJob } from '../sides.ts';
import { findContender, YARDSTICK } from './contenders.ts';
import { createMeter } from './meter.ts';
import { CALL_METRICS, findMetric } from './metrics.ts';

export interface CallJob extends SidesJob {
  readonly contender: string;
  readonly metric: string;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

/** Per call, one entry per round: nanoseconds or bytes. */
export interface CallResult {
  readonly yardstick: number[];
  readonly subject: number[];
}

const job = readJob<CallJob>();
const { load, meter: kind, terms } = findMetric(CALL_METRICS, job.metric);
const meter = createMeter(kind);
const MOST_CALLS_PER_BYTE_ROUND = 4_000;
const FEWEST_CALLS_PER_BYTE_ROUND = 200;
const COMPILED_CALLS = 20_000;
const MOST_WARM_UPS = 8;

const createSide = async (name: SideName) => {
  const workload: typeof import('./workload.ts') = await import(`./workload.ts?${name}`);
  const prepare = await findContender(name === 'yardstick' ? YARDSTICK.id : job.contender).load();
  const call = prepare(workload.createTarget(load), terms);
  return { name, run: (calls: number) => workload.repeat(call, calls, load) };
};
type Side = Awaited<ReturnType<typeof createSide>>;

/** Runs for `warmUpMs`, and longer where that is too few calls for the compiler; answers how many fill a round. */
const warmUp = async (side: Side): Promise<number> => {
  let perCallMs = Number.POSITIVE_INFINITY;
  let calls = load.inFlight;
  let made = 0;
  let passedMs = 0;
  while (passedMs < job.warmUpMs || (made < COMPILED_CALLS && passedMs < job.warmUpMs * MOST_WARM_UPS)) {
    const begun = performance.now();
    await side.run(calls);
    const elapsed = performance.now() - begun;
    passedMs += elapsed;
    made += calls;
    perCallMs = elapsed / calls;
    if (elapsed < job.roundMs / 2) calls *= 2;
  }
  const wanted = Math.max(1, Math.ceil(job.roundMs / perCallMs / load.inFlight)) * load.inFlight;
  if (kind === 'time') return wanted;
  return Math.max(FEWEST_CALLS_PER_BYTE_ROUND, Math.min(MOST_CALLS_PER_BYTE_ROUND, wanted));
};

const sides = await makeSides(job, createSide);
const callsPerRound = new Map<Side, number>();
for (const side of sides) callsPerRound.set(side, await warmUp(side));

const result: CallResult = { yardstick: [], subject: [] };
for (let round = 0; round < job.rounds; round++) {
  for (const side of sides) {
    const calls = callsPerRound.get(side) ?? 1;
    meter.begin();
    await side.run(calls);
    result[side.name].push(meter.read() / calls);
  }
  // Who goes first changes, so that neither always inherits the other's garbage.
  sides.reverse();
}
report(result);
