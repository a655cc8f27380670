// A fresh process that measures one contender in rounds that alternate with rounds of the yardstick. A machine that is slow
// for a while is then slow for both.
import { collect, readJob, report } from './child.ts';
import { find, type SideName, type Suite } from './suite.ts';
import { loadSuite } from './suites.ts';

export interface Job {
  readonly suite: Suite['name'];
  readonly case: string;
  readonly contender: string;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** The side that is made first is about 2 % faster, even if both are the same. So processes take turns. */
  readonly subjectFirst: boolean;
}

/** Nanoseconds or bytes of a call in each round, and what the suite measures beside. */
export interface Result extends Record<SideName, number[]> {
  readonly more: Readonly<Record<string, Readonly<Record<SideName, number>>>>;
}

/** The optimizing compiler needs as many calls. Functions that run once in a call are compiled late. */
const COMPILED_CALLS = 20_000;
/** The warm-up of slow calls ends before they are as many. */
const LONGEST_WARM_UP = 15;

const job = readJob<Job>();
const suite = await loadSuite(job.suite);
const one = find(suite.cases, job.case);
const { inFlight = 1, measures } = one;
const pair = await suite.makePair(one, job.contender);

/** Starts to measure, and returns a function that returns nanoseconds or bytes since then. */
function start(): () => number {
  if (measures === 'time') {
    const begun = process.hrtime.bigint();
    return () => Number(process.hrtime.bigint() - begun);
  }
  // This is exact if no garbage is collected before the end. The young generation is large enough for that.
  collect();
  const before = process.memoryUsage().heapUsed;
  return () => process.memoryUsage().heapUsed - before;
}

async function makeSide(name: SideName) {
  const run = await pair.makeSide(name);
  let calls = inFlight;
  return {
    name,
    /** Makes calls until they are compiled, and sets how many of them fill a round. */
    async warmUp(): Promise<void> {
      let made = 0;
      let passedMs = 0;
      let perCallMs = 0;
      while (passedMs < job.warmUpMs || (made < COMPILED_CALLS && passedMs < job.warmUpMs * LONGEST_WARM_UP)) {
        const begun = performance.now();
        await run(calls);
        const elapsedMs = performance.now() - begun;
        passedMs += elapsedMs;
        made += calls;
        perCallMs = elapsedMs / calls;
        if (elapsedMs < job.roundMs / 2) calls *= 2;
      }
      calls = Math.max(1, Math.ceil(job.roundMs / perCallMs / inFlight)) * inFlight;
      if (measures === 'bytes') calls = Math.max(200, Math.min(4_000, calls));
    },
    async round(): Promise<void> {
      const read = start();
      await run(calls);
      result[name].push(read() / calls);
    },
  };
}

const result: Record<SideName, number[]> = { yardstick: [], subject: [] };
const names: SideName[] = job.subjectFirst ? ['subject', 'yardstick'] : ['yardstick', 'subject'];
const sides: Awaited<ReturnType<typeof makeSide>>[] = [];
for (const name of names) sides.push(await makeSide(name));
for (const side of sides) await side.warmUp();
for (let round = 0; round < job.rounds; round++) {
  for (const side of sides) await side.round();
  // The sides take turns at being first, because a round inherits the garbage of the one before.
  sides.reverse();
}
report({ ...result, more: (await pair.finish?.()) ?? {} } satisfies Result);
