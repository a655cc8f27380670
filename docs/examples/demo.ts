/**
 * Shows retries live. Five clients call a flaky server at the same time, with retries and without.
 * Run it with `npx pnpm@12 demo`. It takes about ten seconds, and needs no network.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type RetryListener, setActive, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import type { Logger } from 'pino';
import { CLIENTS, type Client, currentCall, RequestError, within } from './demo/clients.ts';
import { introduce, newLogger, newTally, printMetrics, summarize, type Tally } from './demo/output.ts';
import { startService } from './demo/service.ts';

const CALLS_PER_CLIENT = 12;
const CALL_EVERY = 250;

// `… demo | head` closes the pipe early, which is nothing to complain about.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

introduce(CLIENTS);
const withRetries = await sendLoad(CLIENTS, newLogger('With retries'));

using _inactive = setActive(false);
const without = await sendLoad(CLIENTS, newLogger('The same load without retries: setActive(false)'));

summarize(withRetries, without);
await printMetrics();

/** Lets all clients call a fresh service at the same time. Logs what happens, and counts it by client's name. */
async function sendLoad(clients: readonly Client[], logger: Logger): Promise<ReadonlyMap<string, Tally>> {
  await using server = await startService();
  const tallies = new Map(clients.map(({ name }) => [name, newTally()]));
  // Hooks are called for every retry in the process.
  setRetryHooks([prometheusHook(), pinoHook(logger), count(tallies)]);

  await Promise.all(
    clients.map(async ({ name, path, call }, index) => {
      const tally = tallyOf(tallies, name);
      // The clients take turns, so that their lines alternate.
      await sleep((index * CALL_EVERY) / clients.length);
      await repeat((num) => {
        const url = `${server.url}${path}/${num}`;
        return within({ path: `${path}/${num}`, told: false }, () => send(tally, logger, name, () => call(url)));
      });
      tally.attempts = server.requests.filter(({ path: requested }) => requested.startsWith(`${path}/`)).length;
    }),
  );
  return tallies;
}

/** Counts what becomes of calls that are retried. */
function count(tallies: ReadonlyMap<string, Tally>): RetryListener {
  const told = (name: string): Tally => {
    currentCall().told = true;
    return tallyOf(tallies, name);
  };
  return {
    onRetry({ name, waitFor }) {
      const tally = told(name);
      tally.waits = [...tally.waits, waitFor];
    },
    onRecover({ name }) {
      told(name).recovered++;
    },
    onGiveUp({ name, reason }) {
      const tally = told(name);
      tally.gaveUp = [...tally.gaveUp, reason];
    },
  };
}

/** Calls every now and then, whether or not the earlier calls are over: as traffic does. */
async function repeat(call: (num: number) => Promise<void>): Promise<void> {
  const calls: Promise<void>[] = [];
  for (let num = 1; num <= CALLS_PER_CLIENT; num++) {
    calls.push(call(num));
    await sleep(CALL_EVERY);
  }
  await Promise.all(calls);
}

/** Sends the current call, and counts it where no hook does. */
async function send(tally: Tally, logger: Logger, name: string, call: () => Promise<string>): Promise<void> {
  tally.calls++;
  try {
    await call();
    if (!currentCall().told) tally.atOnce++;
  } catch (error) {
    // Anything else is a bug of the demo.
    if (!(error instanceof RequestError)) throw error;
    if (currentCall().told) return;
    tally.notRetried++;
    logger.error({ callable: name, err: error }, 'not retried');
  }
}

function tallyOf(tallies: ReadonlyMap<string, Tally>, name: string): Tally {
  const tally = tallies.get(name);
  if (tally === undefined) throw new Error(`no client is called ${name}`);
  return tally;
}
