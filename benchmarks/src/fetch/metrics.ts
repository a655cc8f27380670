import { BARE, LOOP } from './contenders.ts';

export interface FetchMetric {
  readonly id: string;
  readonly title: string;
  /** What the server does: always 200, or 503 first, with an error of 200 B or 64 KiB. */
  readonly path: 'ok' | 'short' | 'long';
  readonly inFlight: number;
  /** In a round. */
  readonly calls: number;
  readonly yardstick: string;
  /** stamina's: a ratio to the yardstick. */
  readonly goal?: number;
  /** stamina's: connections open at once. */
  readonly connectionsGoal?: number;
}

export const FETCH_METRICS: readonly FetchMetric[] = [
  { id: 'ok-1', title: '200, 1 in flight', path: 'ok', inFlight: 1, calls: 20, yardstick: BARE.id, goal: 1.05 },
  { id: 'ok-64', title: '200, 64 in flight', path: 'ok', inFlight: 64, calls: 128, yardstick: BARE.id, goal: 1.05 },
  {
    id: 'short-1',
    title: '503 first, 1 in flight',
    path: 'short',
    inFlight: 1,
    calls: 20,
    yardstick: LOOP.id,
    goal: 1.1,
  },
  {
    id: 'short-64',
    title: '503 first, 64 in flight',
    path: 'short',
    inFlight: 64,
    calls: 128,
    yardstick: LOOP.id,
    goal: 1.1,
  },
  {
    id: 'long-16',
    title: '503 of 64 KiB first, 16 in flight',
    path: 'long',
    inFlight: 16,
    calls: 64,
    yardstick: LOOP.id,
    connectionsGoal: 33,
  },
];

export const findFetchMetric = (id: string): FetchMetric => {
  const found = FETCH_METRICS.find((metric) => metric.id === id);
  if (!found) throw new RangeError(`no metric \`${id}\`; there are ${FETCH_METRICS.map(({ id }) => id).join(', ')}`);
  return found;
};
