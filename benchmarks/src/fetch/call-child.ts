// A fresh process: one contender, in alternating rounds with its yardstick, each with connections of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readJob, report } from '../job.ts';
import { makeSides, type SideName, type SidesJob } from '../sides.ts';
import { findContender } from './contenders.ts';
import { findFetchMetric } from './metrics.ts';
import type { Connections } from './server.ts';

export interface FetchJob extends SidesJob {
  readonly contender: string;
  readonly metric: string;
  readonly rounds: number;
  readonly warmUpCalls: number;
  readonly warmUpMs: number;
}

export interface FetchResult {
  /** Nanoseconds per call, one entry per round. */
  readonly yardstick: number[];
  readonly subject: number[];
  /** The contender's, opened for each call once it is warm: the first ones open what all others use. */
  readonly connectionsPerCall: number;
  /** The contender's, open at once. */
  readonly mostConnections: number;
}

const job = readJob<FetchJob>();
const { contender, metric, rounds, warmUpCalls, warmUpMs } = job;
const { path, inFlight, calls, yardstick } = findFetchMetric(metric);

const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)));
const [ports] = (await once(server, 'message')) as [number[]];
/** What came to the contender's port. */
const connections = async (): Promise<Connections> => {
  server.send('connections');
  const [[, subject]] = (await once(server, 'message')) as [[Connections, Connections]];
  return subject;
};

const createSide = async (name: SideName) => {
  const get = await findContender(name === 'yardstick' ? yardstick : contender).load();
  const base = `http://127.0.0.1:${ports[name === 'yardstick' ? 0 : 1]}/${path}`;
  let made = 0;
  const round = async (): Promise<number> => {
    let left = calls;
    const work = async (): Promise<void> => {
      while (left-- > 0) await get(`${base}/${made++}`);
    };
    const begun = process.hrtime.bigint();
    await Promise.all(Array.from({ length: inFlight }, work));
    return Number(process.hrtime.bigint() - begun) / calls;
  };
  return { name, round };
};

const sides = await makeSides(job, createSide);
const times = { yardstick: [] as number[], subject: [] as number[] };
const warmAt = performance.now() + warmUpMs;
for (let made = 0; made < warmUpCalls && performance.now() < warmAt; made += calls) {
  for (const side of sides) await side.round();
}
const { total: opened } = await connections();
for (let round = 0; round < rounds; round++) {
  for (const side of sides) times[side.name].push(await side.round());
  // Who goes first changes, so that neither always inherits the other's garbage.
  sides.reverse();
}

const { total, most } = await connections();
server.kill();
const result: FetchResult = {
  ...times,
  connectionsPerCall: (total - opened) / (rounds * calls),
  mostConnections: most,
};
report(result);
