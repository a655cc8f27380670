import type { Limits } from './contenders.ts';

/** The events of a scene, which are the same for every contender. Times are in ms since the server went down. */
export interface Scene {
  readonly clients: number;
  /** Clients of one process share a policy, and with it a retry budget if there is one. */
  readonly clientsPerProcess: number;
  /** Each client calls once in this time, at moments of its own. */
  readonly callEveryMs: number;
  /** The share of clients that also call when the server goes down, because their connection breaks. */
  readonly cutOff: number;
  /** The time to the server and back. Each client draws its own, evenly, and keeps it. */
  readonly roundTripMs: readonly [least: number, most: number];
  /** The share of requests that the network loses at all times. */
  readonly lossRate: number;
  readonly limits: Limits;
  /** The time that a client waits for an answer, in addition to the round trip. */
  readonly patienceMs: number;
  /** Answers a second, per client. */
  readonly capacityPerClient: number;
  /** The server queues as many requests as it answers in this time, and turns away the others. */
  readonly queueMs: number;
  /** The cost of turning a request away, as a part of an answer. */
  readonly refusalCost: number;
  readonly outageMs: number;
  /** In the outage the server refuses connections and loses its queue, or it stands still while its queue fills. */
  readonly outage: 'refuses' | 'hangs';
  /** Calls begin this long before the outage … */
  readonly beforeMs: number;
  /** … and go on until this long after it. */
  readonly afterMs: number;
}

const COMMON = {
  clients: 100_000,
  clientsPerProcess: 1_000,
  callEveryMs: 60_000,
  roundTripMs: [2, 50],
  lossRate: 0.01,
  limits: { attempts: 10, timeout: 45_000 },
  patienceMs: 1_000,
  refusalCost: 0.1,
  outageMs: 10_000,
  outage: 'refuses',
  beforeMs: 10_000,
} as const;

/** Everyone is cut off at once. The server has much to spare, and turns away at once what it cannot answer. */
const herd: Scene = { ...COMMON, cutOff: 1, capacityPerClient: 0.1, queueMs: 500, afterMs: 30_000 };

/** Calls come as always. The server has half its usual load to spare, and queues for longer than its clients wait. */
const overload: Scene = { ...COMMON, cutOff: 0, capacityPerClient: 0.025, queueMs: 1_500, afterMs: 40_000 };

export const SCENES: { readonly herd: Scene; readonly overload: Scene } = { herd, overload };

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
