import { runJob } from '../job.ts';
import type { StallJob, StallResult } from './stall-child.ts';
import type { Stall } from './turns.ts';

export interface StallFigure extends StallJob, StallResult {}

/** stamina's goal, in milliseconds of the thread's own time. */
export const MOST_MS = 100;
const MOST_TRIES = 3;

/** Fewer are ended by one abort: all that happens in one turn of the event loop, which nothing could cut. */
const CALLS = { spread: 100_000, alike: 100_000, aborted: 10_000 } as const;

/** How long the event loop stands still while very many retries are pending, and while they settle. */
export async function measureStalls(
  callers: readonly StallJob['by'][],
  progress: (text: string) => void,
): Promise<StallFigure[]> {
  const figures: StallFigure[] = [];
  for (const waits of ['spread', 'alike', 'aborted'] as const) {
    for (const by of callers) {
      const job: StallJob = { calls: CALLS[waits], waits, by };
      progress(`stalls: ${job.calls} retries, ${waits}, by ${by}`);
      figures.push(await measure(job));
    }
  }
  return figures;
}

/** The best of a few tries, where the first takes too long: a busy machine can lengthen it, and nothing shorten. */
async function measure(job: StallJob): Promise<StallFigure> {
  const tries: StallFigure[] = [];
  do {
    tries.push({ ...job, ...(await runJob<StallJob, StallResult>('endurance/stall-child.ts', job)) });
    tries.sort((a, b) => longest(a).ownMs - longest(b).ownMs);
  } while (longest(tries[0] as StallFigure).ownMs > MOST_MS && tries.length < MOST_TRIES);
  return tries[0] as StallFigure;
}

/** The longest, pending or settling. */
export const longest = ({ pending, settling }: StallFigure): Stall => ({
  wallMs: Math.max(pending.wallMs, settling.wallMs),
  ownMs: Math.max(pending.ownMs, settling.ownMs),
});
