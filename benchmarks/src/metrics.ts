import type { Terms } from './call.ts';
import type { MeterKind } from './meter.ts';
import type { Load } from './workload.ts';

/** What is measured: one row of the report each. */
interface Row {
  readonly id: string;
  readonly title: string;
  /** stamina's goal: a ratio for time, bytes for heap. */
  readonly goal?: number;
}

export interface CallMetric extends Row {
  readonly meter: MeterKind;
  readonly load: Load;
  readonly terms: Terms;
}

export interface WaitingMetric extends Row {
  readonly calls: number;
  readonly reusedError: boolean;
  /** Measured on request only: it takes gigabytes. */
  readonly large?: boolean;
}

const SUCCESS = { failures: 0, inFlight: 1 };
const TIMEOUT = { timeoutMs: 45_000 };
const ZERO_WAIT = { waitMs: 0, timeoutMs: 45_000 };

const time = (id: string, title: string, load: Load, terms: Terms, goal?: number): CallMetric => ({
  id,
  title,
  meter: 'time',
  load,
  terms,
  ...(goal === undefined ? {} : { goal }),
});

export const CALL_METRICS: readonly CallMetric[] = [
  time('success', 'success', SUCCESS, TIMEOUT, 0.85),
  time('success-no-timeout', 'success, `timeout: Infinity`', SUCCESS, { timeoutMs: Number.POSITIVE_INFINITY }, 0.6),
  time('one-failure', 'one failure', { failures: 1, inFlight: 1 }, ZERO_WAIT, 1.1),
  time('three-failures', 'three failures', { failures: 3, inFlight: 1 }, ZERO_WAIT, 1.15),
  time('in-flight', '1 000 in flight, one failure each', { failures: 1, inFlight: 1_000 }, ZERO_WAIT, 1),
  time(
    'one-failure-reused',
    'one failure, error reused',
    { failures: 1, inFlight: 1, reusedError: true },
    ZERO_WAIT,
    1.1,
  ),
  time(
    'three-failures-reused',
    'three failures, error reused',
    { failures: 3, inFlight: 1, reusedError: true },
    ZERO_WAIT,
    1.15,
  ),
  time(
    'in-flight-reused',
    '1 000 in flight, error reused',
    { failures: 1, inFlight: 1_000, reusedError: true },
    ZERO_WAIT,
    1,
  ),
  { id: 'bytes-success', title: 'allocated per success', meter: 'bytes', load: SUCCESS, terms: TIMEOUT, goal: 550 },
  {
    id: 'bytes-one-failure',
    title: 'allocated per one-failure call',
    meter: 'bytes',
    load: { failures: 1, inFlight: 1 },
    terms: ZERO_WAIT,
    goal: 1_800,
  },
  {
    id: 'bytes-one-failure-reused',
    title: 'the same, error reused',
    meter: 'bytes',
    load: { failures: 1, inFlight: 1, reusedError: true },
    terms: ZERO_WAIT,
    goal: 1_800,
  },
];

export const WAITING_METRICS: readonly WaitingMetric[] = [
  { id: 'waiting-1k', title: 'heap per call, 1 000 waiting', calls: 1_000, reusedError: false, goal: 650 },
  { id: 'waiting-10k', title: '10 000 waiting', calls: 10_000, reusedError: false, goal: 650 },
  { id: 'waiting-100k', title: '100 000 waiting', calls: 100_000, reusedError: false, goal: 650 },
  { id: 'waiting-100k-reused', title: '100 000 waiting, error reused', calls: 100_000, reusedError: true, goal: 650 },
  { id: 'waiting-1m', title: '1 000 000 waiting', calls: 1_000_000, reusedError: false, goal: 650, large: true },
  {
    id: 'waiting-1m-reused',
    title: '1 000 000 waiting, error reused',
    calls: 1_000_000,
    reusedError: true,
    goal: 650,
    large: true,
  },
];

export const findMetric = <Metric extends Row>(metrics: readonly Metric[], id: string): Metric => {
  const found = metrics.find((metric) => metric.id === id);
  if (!found) throw new RangeError(`no metric \`${id}\`; there are ${metrics.map(({ id }) => id).join(', ')}`);
  return found;
};
