import { type ChildProcess, fork } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { getRetryHooks } from '@stamina/core';
import { settledHeap } from '../child.ts';
import type { Question } from './server.ts';
import type { World } from './traffic.ts';

/** The things that are left in both processes while nothing runs, by kind. */
export type Snapshot = Readonly<Record<string, number>>;

/** Bytes, which differ a little each time. Counts of other kinds must not grow at all. */
export const HEAPS = ['heap, B', "the server's heap, B"] as const;

/** The flaky server in its own process. */
export interface RemoteServer {
  readonly url: string;
  ask(question: Question): Promise<number>;
  stop(): void;
}

export async function startServer(): Promise<RemoteServer> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'server.ts'));
  const hear = async <Message>(): Promise<Message> => (await once(child, 'message'))[0] as Message;
  const url = await hear<string>();
  return {
    url,
    ask(question) {
      child.send(question);
      return hear<number>();
    },
    stop: () => child.disconnect(),
  };
}

const PROBES = 64;
const MOST_WAITING_MS = 60_000;

/** Looks at both processes when all connections have reached their idle limit. */
export async function takeSnapshot({ url, signal }: World, server: RemoteServer): Promise<Snapshot> {
  // A connection that was opened ahead has no idle limit until it is used.
  await Promise.all(Array.from({ length: PROBES }, async () => (await fetch(`${url}/fine/probe`)).text()));
  // The server is asked, because the client does not list connections that keep no process alive.
  const until = performance.now() + MOST_WAITING_MS;
  while ((await server.ask('connections')) > 0 && performance.now() < until) await pause(100);
  const left: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) left[kind] = (left[kind] ?? 0) + 1;
  left['abort listeners'] = getEventListeners(signal, 'abort').length;
  left['process listeners'] = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  left['retry hooks'] = getRetryHooks().length;
  left.connections = await server.ask('connections');
  const [ours, theirs] = HEAPS;
  return { [ours]: await settledHeap(), [theirs]: await server.ask('heap'), ...left };
}
