import { type Effort, processesOf } from '../effort.ts';
import { runJob } from '../job.ts';
import type { Series } from '../series.ts';
import { subjectGoesFirst } from '../sides.ts';
import { type Figure, ratios, summarize } from '../statistics.ts';
import type { FetchJob, FetchResult } from './call-child.ts';
import { CONTENDERS } from './contenders.ts';
import { FETCH_METRICS, type FetchMetric } from './metrics.ts';

/** HTTP: time per call, and the connections that takes; those figures' metrics end in `:perCall` and `:most`. */
export function fetchSeries(
  effort: Effort,
  wanted: (metric: string) => boolean,
): { series: Series[]; figures: () => Figure[] } {
  const rows = FETCH_METRICS.filter(({ id }) => wanted(id)).map((metric) => rowOf(metric, effort));
  return { series: rows.flatMap(({ series }) => series), figures: () => rows.flatMap(({ figures }) => figures()) };
}

function rowOf({ id, path, yardstick }: FetchMetric, effort: Effort) {
  const cells = CONTENDERS.filter(
    ({ retries, variant }) => (path === 'ok' || retries) && (!variant || effort.variants === 'all'),
  ).map(({ id: contender }) => {
    const taken: FetchResult[] = [];
    const sample = async (pass: number): Promise<void> => {
      const { fetchRounds: rounds, fetchWarmUpCalls: warmUpCalls, fetchWarmUpMs: warmUpMs } = effort;
      const subjectFirst = subjectGoesFirst(pass);
      const job: FetchJob = { contender, metric: id, rounds, warmUpCalls, warmUpMs, subjectFirst };
      taken.push(await runJob<FetchJob, FetchResult>('fetch/call-child.ts', job));
    };
    const passes = processesOf(contender, effort.fetchProcesses);
    return { contender, taken, series: { title: `${id} ${contender}`, passes, sample } };
  });
  const figures = (): Figure[] =>
    cells
      .filter(({ taken }) => taken.length > 0)
      .flatMap(({ contender, taken }) => {
        const times = taken.flatMap(({ subject }) => subject);
        const beside = taken.flatMap(({ yardstick }) => yardstick);
        const ratio = contender === yardstick ? {} : { ratio: summarize(ratios(times, beside)) };
        return [
          { metric: id, contender, value: summarize(times), ...ratio },
          { metric: `${id}:perCall`, contender, value: summarize(taken.map((result) => result.connectionsPerCall)) },
          { metric: `${id}:most`, contender, value: summarize(taken.map((result) => result.mostConnections)) },
        ];
      });
  return { series: cells.map(({ series }) => series), figures };
}
