import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { getRetryHooks } from '@stamina/core';
import { settledHeap } from './heap.ts';
import type { RemoteServer } from './server.ts';
import type { World } from './traffic.ts';

/** What is left in both processes while nothing runs. */
export interface Snapshot {
  readonly heap: number;
  readonly serverHeap: number;
  /** By kind: how many there are. */
  readonly left: Readonly<Record<string, number>>;
}

const PROBES = 64;
const MOST_WAITING_MS = 20_000;

/** Uses every connection that is open once more: one that was opened ahead has no time limit of its own until then. */
async function useConnections(url: string): Promise<void> {
  await Promise.all(Array.from({ length: PROBES }, async () => (await fetch(`${url}/fine/probe`)).text()));
}

/** Looks at both processes, once idle connections have reached their time limit. */
export async function takeSnapshot({ url, signal }: World, server: RemoteServer): Promise<Snapshot> {
  await useConnections(url);
  // The server is asked: what keeps no process alive is in no list of the client's.
  const until = performance.now() + MOST_WAITING_MS;
  while ((await server.ask('connections')) > 0 && performance.now() < until) await pause(100);
  const left: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) left[kind] = (left[kind] ?? 0) + 1;
  left['abort listeners'] = getEventListeners(signal, 'abort').length;
  left['process listeners'] = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  left['retry hooks'] = getRetryHooks().length;
  left.connections = await server.ask('connections');
  return { heap: await settledHeap(), serverHeap: await server.ask('heap'), left };
}
