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
