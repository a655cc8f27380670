// A fresh process: retries that are pending all at once, and then settle. The longest time between two turns of its event loop.
import { setImmediate as turn } from 'node:timers/promises';
import { retry } from '@stamina/core';
import { readJob, report } from '../job.ts';
import { type Stall, watchTurns } from './turns.ts';

export interface StallJob {
  readonly calls: number;
  /** How the waits lie: over a second, all alike, or ended by one abort. */
  readonly waits: 'spread' | 'alike' | 'aborted';
  /** The calls are stamina's, or those of a loop by hand. */
  readonly by: 'stamina' | 'hand';
}

export interface StallResult {
  readonly pending: Stall;
  readonly settling: Stall;
}

/** In a turn: what a busy server might receive at once. */
const ARRIVING = 500;
const LONG_MS = 8_000;
const { calls, waits, by } = readJob<StallJob>();

const controller = new AbortController();
const failure = new Error('not yet');
let attempts = 0;
const attempt = async (): Promise<void> => {
  if (attempts++ < calls) throw failure;
};
const waitMs = waits === 'aborted' ? 60_000 : LONG_MS;
const byHand = async (): Promise<void> => {
  for (;;) {
    try {
      return await attempt();
    } catch {
      const ms = waitMs + (waits === 'spread' ? Math.random() * 1_000 : 0);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        if (waits === 'aborted') {
          controller.signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(controller.signal.reason);
          });
        }
      });
    }
  }
};
const call =
  by === 'hand'
    ? byHand
    : retry({
        on: Error,
        timeout: 120_000,
        waitInitial: waitMs,
        waitMax: waitMs + 1_000,
        waitJitter: waits === 'spread' ? 1_000 : 0,
        ...(waits === 'aborted' && { signal: controller.signal }),
      })(attempt);

const turns = watchTurns();
let open = 0;
let mostPending = 0;
const ends: Promise<void>[] = [];
for (let made = 0; made < calls; ) {
  for (const next = Math.min(calls, made + ARRIVING); made < next; made++) {
    mostPending = Math.max(mostPending, ++open);
    const end = (): void => void open--;
    ends.push(call().then(end, end));
  }
  await turn();
}
const pending = turns.longest();
if (waits === 'aborted') controller.abort(new Error('no longer wanted'));
await Promise.all(ends);
const settling = turns.longest();
turns.stop();
if (mostPending !== calls) throw new Error(`only ${mostPending} of ${calls} calls were pending at once`);
report({ pending, settling } satisfies StallResult);
