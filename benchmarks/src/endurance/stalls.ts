import { runJob } from '../job.ts';
import type { StallJob, StallResult } from './stall-child.ts';
import type { Stall } from './turns.ts';

export interface StallFigure extends StallJob, StallResult {}

/** stamina's goal, in milliseconds of the thread's own time. */
export const MOST_MS = 100;

/** Fewer share a signal: each listener that is added to one costs Node a look at all others. */
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
      figures.push({ ...job, ...(await runJob<StallJob, StallResult>('endurance/stall-child.ts', job)) });
    }
  }
  return figures;
}

/** The longest, pending or settling. */
export const longest = ({ pending, settling }: StallFigure): Stall => ({
  wallMs: Math.max(pending.wallMs, settling.wallMs),
  ownMs: Math.max(pending.ownMs, settling.ownMs),
});
