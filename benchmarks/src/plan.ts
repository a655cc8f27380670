import { measureBundle } from './bundle-size.ts';
import type { CallJob, CallResult } from './call-child.ts';
import { type Contender, YARDSTICK } from './contenders.ts';
import { runJob } from './job.ts';
import { CALL_METRICS, WAITING_METRICS } from './metrics.ts';
import { type Summary, summarize } from './statistics.ts';
import type { WaitingJob } from './waiting-child.ts';

/** How long and how often. */
export interface Effort {
  readonly processes: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly imports: number;
}

export const FULL: Effort = { processes: 5, rounds: 25, roundMs: 15, warmUpMs: 250, imports: 41 };
export const QUICK: Effort = { processes: 1, rounds: 9, roundMs: 6, warmUpMs: 100, imports: 9 };

export interface Selection {
  readonly contenders: readonly Contender[];
  /** Row ids; all rows where there are none. */
  readonly metrics: readonly string[];
  readonly millionWaiting: boolean;
}

/** One cell: the value, and for times its ratio to the yardstick, round by round. */
export interface Figure {
  readonly metric: string;
  readonly contender: string;
  readonly value: Summary;
  readonly ratio?: Summary;
}

/** One contender's samples of one metric, and how to take the next. */
interface Series {
  readonly metric: string;
  readonly contender: string;
  readonly values: number[];
  readonly ratios: number[];
  /** The yardstick's own, taken in the same rounds. */
  readonly yardstick?: number[];
  readonly sample: (series: Series) => Promise<void>;
}

const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
const WAITING_FLAGS = ['--expose-gc', '--max-old-space-size=12000'];

const planCalls = ({ contenders, metrics }: Selection, effort: Effort): Series[] =>
  CALL_METRICS.filter(({ id }) => metrics.length === 0 || metrics.includes(id)).flatMap(({ id, meter, load }) => {
    const yardstick: number[] = [];
    return contenders
      .filter((contender) => contender.retries || load.failures === 0)
      .map((contender) => ({
        metric: id,
        contender: contender.id,
        values: [],
        ratios: [],
        yardstick,
        async sample({ values, ratios }: Series) {
          const { rounds, roundMs, warmUpMs } = effort;
          const job: CallJob = { contender: contender.id, metric: id, rounds, roundMs, warmUpMs };
          const flags = meter === 'bytes' ? HEAP_FLAGS : [];
          const result = await runJob<CallJob, CallResult>('call-child.ts', job, flags);
          values.push(...result.subject);
          yardstick.push(...result.yardstick);
          ratios.push(...result.subject.map((value, round) => value / (result.yardstick[round] ?? Number.NaN)));
        },
      }));
  });

const planWaiting = ({ contenders, metrics, millionWaiting }: Selection): Series[] =>
  WAITING_METRICS.filter(
    ({ id, large = false }) => (metrics.length === 0 || metrics.includes(id)) && (!large || millionWaiting),
  ).flatMap(({ id }) =>
    [YARDSTICK, ...contenders.filter(({ retries }) => retries)].map((contender) => ({
      metric: id,
      contender: contender.id,
      values: [],
      ratios: [],
      async sample({ values }: Series) {
        const job: WaitingJob = { contender: contender.id, metric: id };
        values.push(await runJob<WaitingJob, number>('waiting-child.ts', job, WAITING_FLAGS));
      },
    })),
  );

/** Takes every series' samples in turn, so that a slow spell of the machine hits all alike. */
export const measureCalls = async (
  selection: Selection,
  effort: Effort,
  progress: (text: string) => void,
): Promise<Figure[]> => {
  const plan = [...planCalls(selection, effort), ...planWaiting(selection)];
  for (let pass = 1; pass <= effort.processes; pass++) {
    for (const series of plan) {
      progress(`${pass}/${effort.processes} ${series.metric} ${series.contender}`);
      await series.sample(series);
    }
  }
  const figures: Figure[] = plan.map(({ metric, contender, values, ratios }) => ({
    metric,
    contender,
    value: summarize(values),
    ...(ratios.length === 0 ? {} : { ratio: summarize(ratios) }),
  }));
  for (const { metric, yardstick } of new Map(plan.map((series) => [series.metric, series])).values()) {
    if (yardstick) figures.push({ metric, contender: YARDSTICK.id, value: summarize(yardstick) });
  }
  return figures;
};

export interface ModuleFigure {
  readonly module: string;
  /** Milliseconds a cold import takes in a fresh process, an empty file's median deducted. */
  readonly importMs?: Summary;
  readonly minified?: number;
  readonly gzipped?: number;
}

const EMPTY = './empty.js';

export const measureModules = async (
  { contenders }: Selection,
  effort: Effort,
  progress: (text: string) => void,
): Promise<{ emptyMs: Summary; modules: ModuleFigure[] }> => {
  const modules = contenders.flatMap(({ module }) => module ?? []);
  const times = new Map<string, number[]>([EMPTY, ...modules].map((module) => [module, []]));
  progress('import time');
  for (let pass = 0; pass < effort.imports; pass++) {
    for (const [module, taken] of times)
      taken.push(await runJob<{ module: string }, number>('import-child.js', { module }));
  }
  const emptyMs = summarize(times.get(EMPTY) ?? []);
  const figures = modules.map(async (module) => ({
    module,
    importMs: summarize((times.get(module) ?? []).map((ms) => ms - emptyMs.median)),
    ...(await measureBundle(module)),
  }));
  return { emptyMs, modules: await Promise.all(figures) };
};
