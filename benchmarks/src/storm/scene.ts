import type { Limits } from './contenders.ts';

/** What happens, alike for every contender. Times in ms since the server went down. */
export interface Scene {
  readonly clients: number;
  /** Clients of one process share a retry budget, where there is one. */
  readonly clientsPerProcess: number;
  /** Each client calls once in this long, at moments of its own. */
  readonly callEveryMs: number;
  /** The share of clients that also call at the moment at which the server goes down: those whose connection breaks. */
  readonly cutOff: number;
  /** Clients are so far from the server, there and back; drawn evenly, and kept. */
  readonly roundTripMs: readonly [least: number, most: number];
  /** The share of requests that the network loses at the best of times. */
  readonly lossRate: number;
  /** What limits the retries of all contenders alike. */
  readonly limits: Limits;
  /** How long a client waits for an answer, beside the round trip. */
  readonly patienceMs: number;
  /** Answers a second, per client. */
  readonly capacityPerClient: number;
  /** As many requests are queued as the server answers in this long; more are turned away. */
  readonly queueMs: number;
  /** What turning a request away costs the server, in answers. */
  readonly refusalCost: number;
  readonly outageMs: number;
  /** In the outage, connections are refused and the queue is lost; or the server stands still, and its queue fills. */
  readonly outage: 'refuses' | 'hangs';
  /** Calls are begun from so long before the outage … */
  readonly beforeMs: number;
  /** … until so long after it. */
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

/** Everyone is cut off at once. The server has much to spare, and turns away at once what it cannot do. */
const herd: Scene = { ...COMMON, cutOff: 1, capacityPerClient: 0.1, queueMs: 500, afterMs: 30_000 };

/** Calls come as they always do. The server has half its usual load to spare, and queues for longer than clients wait. */
const overload: Scene = { ...COMMON, cutOff: 0, capacityPerClient: 0.025, queueMs: 1_500, afterMs: 40_000 };

export const SCENES: { readonly herd: Scene; readonly overload: Scene } = { herd, overload };
export type SceneName = keyof typeof SCENES;
