import { type Effort, processesOf } from '../effort.ts';
import { runJob } from '../job.ts';
import type { Series } from '../series.ts';
import { subjectGoesFirst } from '../sides.ts';
import { type Figure, ratios, summarize } from '../statistics.ts';
import type { CallJob, CallResult } from './call-child.ts';
import { type Contender, YARDSTICK } from './contenders.ts';
import { CALL_METRICS, type CallMetric } from './metrics.ts';

// Large enough a young generation that nothing is collected during a round.
const BYTES_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Calls that are made and settle: time and bytes. `figures` answers once all samples were taken. */
export function callSeries(
  contenders: readonly Contender[],
  effort: Effort,
  wanted: (metric: string) => boolean,
): { series: Series[]; figures: () => Figure[] } {
  const rows = CALL_METRICS.filter(({ id }) => wanted(id)).map((metric) => rowOf(metric, contenders, effort));
  return { series: rows.flatMap(({ series }) => series), figures: () => rows.flatMap(({ figures }) => figures()) };
}

function rowOf(metric: CallMetric, contenders: readonly Contender[], effort: Effort) {
  const { id, load, meter } = metric;
  const { rounds, roundMs, warmUpMs, variants } = effort;
  const yardstick: number[] = [];
  const withVariants = metric.variants && (variants === 'all' || variants === meter);
  const cells = contenders
    .filter(({ retries, variant }) => (retries || load.failures === 0) && (!variant || withVariants))
    .map(({ id: contender }) => {
      const result: CallResult = { yardstick: [], subject: [] };
      const sample = async (pass: number): Promise<void> => {
        const job: CallJob = { contender, metric: id, rounds, roundMs, warmUpMs, subjectFirst: subjectGoesFirst(pass) };
        const flags = meter === 'bytes' ? BYTES_FLAGS : [];
        const taken = await runJob<CallJob, CallResult>('calls/call-child.ts', job, flags);
        result.subject.push(...taken.subject);
        result.yardstick.push(...taken.yardstick);
        yardstick.push(...taken.yardstick);
      };
      const passes = processesOf(contender, effort.processes);
      return { contender, result, series: { title: `${id} ${contender}`, passes, sample } };
    });
  const figures = (): Figure[] => [
    { metric: id, contender: YARDSTICK.id, value: summarize(yardstick) },
    ...cells
      .filter(({ result }) => result.subject.length > 0)
      .map(({ contender, result }) => ({
        metric: id,
        contender,
        value: summarize(result.subject),
        ratio: summarize(ratios(result.subject, result.yardstick)),
      })),
  ];
  return { series: cells.map(({ series }) => series), figures };
}
