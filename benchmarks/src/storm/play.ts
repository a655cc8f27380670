import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Scene } from './scene.ts';
import type { Counts } from './timeline.ts';

/** One contender's scene. */
export interface Job {
  readonly scene: Scene;
  readonly contender: string;
  readonly seed: number;
}

/** A million clients need several GB. */
const LIMITS = { maxOldGenerationSizeMb: 16_384, maxYoungGenerationSizeMb: 192 };

async function playOne(workerData: Job): Promise<Counts> {
  const worker = new Worker(new URL('thread.ts', import.meta.url), { workerData, resourceLimits: LIMITS });
  const [counts] = (await once(worker, 'message')) as [Counts];
  return counts;
}

/** Plays all of them, as many at once as there are processors; the results are in the order of the jobs. */
export async function play(jobs: readonly Job[], done: (job: Job) => void = () => {}): Promise<Counts[]> {
  const results: Counts[] = [];
  const left = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, job] of left) {
      results[index] = await playOne(job);
      done(job);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}
