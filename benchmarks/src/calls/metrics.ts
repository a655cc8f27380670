import type { Terms } from './call.ts';
import type { MeterKind } from './meter.ts';
import type { Load } from './workload.ts';

interface Metric {
  readonly id: string;
  readonly title: string;
  /** stamina's goal: a ratio for time, bytes for heap. */
  readonly goal?: number;
  /** Whether variants are measured too. */
  readonly variants?: true;
}

export interface CallMetric extends Metric {
  readonly meter: MeterKind;
  readonly load: Load;
  readonly terms: Terms;
}

export interface WaitingMetric extends Metric {
  readonly calls: number;
  readonly reusedError: boolean;
  /** Measured on request only: it takes minutes, and gigabytes. */
  readonly large?: true;
}

const SUCCESS: Load = { failures: 0, inFlight: 1 };
const ONE_FAILURE: Load = { failures: 1, inFlight: 1, reusedError: true };
const TIMEOUT: Terms = { timeoutMs: 45_000 };
const NO_TIMEOUT: Terms = { timeoutMs: Number.POSITIVE_INFINITY };
const ZERO_WAIT: Terms = { waitMs: 0, timeoutMs: 45_000 };

const time = (id: string, title: string, goal: number, load: Load, terms = ZERO_WAIT): CallMetric => ({
  id,
  title,
  meter: 'time',
  load,
  terms,
  goal,
});

export const CALL_METRICS: readonly CallMetric[] = [
  { ...time('success', 'success', 0.85, SUCCESS, TIMEOUT), variants: true },
  time('success-no-timeout', 'success, no time limit', 0.6, SUCCESS, NO_TIMEOUT),
  { ...time('one-failure', 'one failure', 1.1, ONE_FAILURE), variants: true },
  time('three-failures', 'three failures', 1.15, { failures: 3, inFlight: 1, reusedError: true }),
  time('in-flight', '1 000 in flight, one failure each', 1, { failures: 1, inFlight: 1_000, reusedError: true }),
  time('one-failure-new', 'one failure, a new `Error`', 1.1, { failures: 1, inFlight: 1 }),
  {
    id: 'bytes-success',
    title: 'success',
    meter: 'bytes',
    load: SUCCESS,
    terms: TIMEOUT,
    goal: 550,
    variants: true,
  },
  {
    id: 'bytes-one-failure',
    title: 'one failure',
    meter: 'bytes',
    load: ONE_FAILURE,
    terms: ZERO_WAIT,
    goal: 1_800,
    variants: true,
  },
];

const waiting = (id: string, title: string, calls: number, reusedError = true): WaitingMetric => ({
  id,
  title,
  calls,
  reusedError,
  goal: 650,
});

export const WAITING_METRICS: readonly WaitingMetric[] = [
  waiting('waiting-1k', '1 000', 1_000),
  { ...waiting('waiting-10k', '10 000', 10_000), variants: true },
  waiting('waiting-100k', '100 000', 100_000),
  { ...waiting('waiting-1m', '1 000 000', 1_000_000), large: true },
  waiting('waiting-100k-new', '100 000, an `Error` each', 100_000, false),
];

export const findMetric = <Found extends Metric>(metrics: readonly Found[], id: string): Found => {
  const found = metrics.find((metric) => metric.id === id);
  if (!found) throw new RangeError(`no metric \`${id}\`; there are ${metrics.map(({ id }) => id).join(', ')}`);
  return found;
};
