import { setTimeout as sleep } from 'node:timers/promises';
import { addRetryHook } from '@stamina/core';
import { currentCall, within } from './call.ts';
import type { Client } from './clients.ts';
import type { Journal } from './journal.ts';
import { RequestError } from './request.ts';
import { startService } from './service.ts';
import { newTally, type Tally } from './tally.ts';

const CALLS_PER_CLIENT = 12;
const CALL_EVERY = 250;

/** Lets all clients call a fresh service at the same time. Tells the journal, and counts by client's name. */
export async function sendLoad(clients: readonly Client[], journal: Journal): Promise<ReadonlyMap<string, Tally>> {
  await using server = await startService();
  const tallies = new Map(clients.map(({ name }) => [name, newTally()]));
  using _hook = listen(tallies, journal);

  await Promise.all(
    clients.map(async ({ name, path, call }, index) => {
      const tally = tallyOf(tallies, name);
      // The clients take turns, so that their lines alternate.
      await sleep((index * CALL_EVERY) / clients.length);
      await repeat((num) => {
        const url = `${server.url}${path}/${num}`;
        return within({ path: `${path}/${num}`, told: false }, () => send(tally, journal, name, () => call(url)));
      });
      tally.attempts = server.requests.filter(({ path: requested }) => requested.startsWith(`${path}/`)).length;
    }),
  );
  return tallies;
}

/** One hook hears of every retry in the process, whatever is retried. */
function listen(tallies: ReadonlyMap<string, Tally>, journal: Journal): Disposable {
  return addRetryHook({
    onRetry(details) {
      const tally = tallyOf(tallies, details.name);
      tally.waits = [...tally.waits, details.waitFor];
      journal.retry(details);
    },
    onRecover(details) {
      tallyOf(tallies, details.name).recovered++;
      journal.recover(details);
    },
    onGiveUp(details) {
      const tally = tallyOf(tallies, details.name);
      tally.gaveUp = [...tally.gaveUp, details.reason];
      journal.giveUp(details);
    },
  });
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
async function send(tally: Tally, journal: Journal, name: string, call: () => Promise<string>): Promise<void> {
  tally.calls++;
  try {
    await call();
    if (!currentCall().told) tally.atOnce++;
  } catch (error) {
    // Anything else is a bug of the demo.
    if (!(error instanceof RequestError)) throw error;
    if (currentCall().told) return;
    tally.notRetried++;
    journal.fail(name, error);
  }
}

function tallyOf(tallies: ReadonlyMap<string, Tally>, name: string): Tally {
  const tally = tallies.get(name);
  if (tally === undefined) throw new Error(`no client is called ${name}`);
  return tally;
}
