import type { Scene } from './scene.ts';

/** Calls that began and those of them that were lost, requests, attempts that succeeded and failed, answers for nobody. */
export type Series = 'begun' | 'lost' | 'requests' | 'successes' | 'failures' | 'wasted';

/** Counts for each second. */
export type Counts = Readonly<Record<Series, readonly number[]>>;

/** Counts what happens in each second since `fromMs`. */
export class Timeline {
  readonly #fromMs: number;
  readonly counts: Record<Series, number[]> = {
    begun: [],
    lost: [],
    requests: [],
    successes: [],
    failures: [],
    wasted: [],
  };

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  /** Counts one event at the time `atMs`. */
  count(series: Series, atMs: number): void {
    const second = Math.floor((atMs - this.#fromMs) / 1_000);
    const counts = this.counts[series];
    while (counts.length <= second) counts.push(0);
    (counts[second] as number)++;
  }
}

/** The outcome of a scene. */
export interface Outcome {
  /** Most requests in a second. */
  readonly peak: number;
  /** Most requests in a second once the server was back. */
  readonly peakAfter: number;
  /** Seconds after the outage until no more than one request in twenty fails. `undefined` if the scene ends before that. */
  readonly recoveredAfter: number | undefined;
  /** Calls that began in the outage and ended in an error. */
  readonly lostInOutage: number;
  readonly lostOtherwise: number;
  readonly lost: number;
  /** All calls. */
  readonly begun: number;
}

const TOLERATED = 1 / 20;

export function outcome(scene: Scene, counts: Counts): Outcome {
  const down = scene.beforeMs / 1_000;
  const back = (scene.beforeMs + scene.outageMs) / 1_000;
  const end = back + scene.afterMs / 1_000;
  const sum = (values: readonly number[], from = 0, to = values.length) =>
    values.slice(from, to).reduce((total, value) => total + value, 0);
  const { requests, failures, begun, lost } = counts;
  const isBad = (second: number): boolean => (failures[second] ?? 0) > (requests[second] ?? 0) * TOLERATED;
  let recovered = end;
  while (recovered > back && !isBad(recovered - 1)) recovered--;
  return {
    peak: Math.max(...requests),
    peakAfter: Math.max(...requests.slice(back)),
    recoveredAfter: recovered < end ? recovered - back : undefined,
    lostInOutage: sum(lost, down, back),
    lostOtherwise: sum(lost) - sum(lost, down, back),
    lost: sum(lost),
    begun: sum(begun),
  };
}
