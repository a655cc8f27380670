import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { findContender } from './contenders.ts';
import type { Counts, Scene } from './scene.ts';
import { simulate } from './simulate.ts';

/** A scene that is played with one contender. */
export interface Job {
  readonly scene: Scene;
  readonly contender: string;
  readonly seed: number;
}

/** A million clients need several GB. */
const LIMITS = { maxOldGenerationSizeMb: 16_384, maxYoungGenerationSizeMb: 192 };

// Each job has a thread of its own, because it replaces the time and the randomness of its thread.
if (!isMainThread) {
  const { scene, contender, seed } = workerData as Job;
  parentPort?.postMessage(await simulate(scene, findContender(contender), seed));
}

async function playOne(job: Job): Promise<Counts> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job, resourceLimits: LIMITS });
  const [counts] = (await once(worker, 'message')) as [Counts];
  return counts;
}

/** Plays all jobs, as many at once as there are processors, and returns the results in the order of the jobs. */
export async function play(jobs: readonly Job[]): Promise<Counts[]> {
  const results: Counts[] = [];
  const left = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, job] of left) results[index] = await playOne(job);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}
