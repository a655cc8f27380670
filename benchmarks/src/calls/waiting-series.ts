import { type Effort, MILLION } from '../effort.ts';
import { runJob } from '../job.ts';
import type { Series } from '../series.ts';
import { type Figure, ratios, summarize } from '../statistics.ts';
import { type Contender, YARDSTICK } from './contenders.ts';
import { WAITING_METRICS } from './metrics.ts';
import type { WaitingJob, WaitingResult } from './waiting-child.ts';

const FLAGS = ['--expose-gc', '--max-old-space-size=12000'];

/** What is measured of calls that wait; a figure's metric is called `<metric>:<kind>`. */
const KINDS = ['bytes', 'scheduleNs', 'settleNs'] as const satisfies readonly (keyof WaitingResult)[];

/** Calls that wait before a retry: bytes, and time to schedule and to settle. */
export function waitingSeries(
  contenders: readonly Contender[],
  effort: Effort,
  wanted: (metric: string) => boolean,
): { series: Series[]; figures: () => Figure[] } {
  const rows = WAITING_METRICS.filter(({ id, calls }) => calls <= effort.mostWaiting && wanted(id)).map((metric) =>
    [YARDSTICK, ...contenders]
      .filter(({ retries, variant }) => retries && (!variant || (effort.variants === 'all' && metric.variants)))
      .map(({ id: contender }) => {
        const taken: WaitingResult[] = [];
        const sample = async (pass: number): Promise<void> => {
          const job: WaitingJob = { contender, metric: metric.id };
          taken[pass] = await runJob<WaitingJob, WaitingResult>('calls/waiting-child.ts', job, FLAGS);
        };
        const passes = metric.calls === MILLION ? 1 : effort.waitingProcesses;
        return { metric: metric.id, contender, taken, series: { title: `${metric.id} ${contender}`, passes, sample } };
      }),
  );
  const figures = (): Figure[] =>
    rows.flatMap((cells) =>
      cells.flatMap(({ metric, contender, taken }) =>
        taken.length === 0
          ? []
          : KINDS.map((kind) => figureOf(`${metric}:${kind}`, contender, taken, cells[0]?.taken ?? [], kind)),
      ),
    );
  return { series: rows.flat().map(({ series }) => series), figures };
}

function figureOf(
  metric: string,
  contender: string,
  taken: readonly WaitingResult[],
  yardstick: readonly WaitingResult[],
  kind: (typeof KINDS)[number],
): Figure {
  const values = taken.map((result) => result[kind]);
  const value = summarize(values);
  if (contender === YARDSTICK.id) return { metric, contender, value };
  return {
    metric,
    contender,
    value,
    ratio: summarize(
      ratios(
        values,
        yardstick.map((result) => result[kind]),
      ),
    ),
  };
}
