/**
 * Shows retries live. Five clients call a flaky server at the same time, with retries and without.
 * Run it with `npx pnpm@12 demo`. It takes about ten seconds, and needs no network.
 */
import { setActive } from '@stamina/core';
import { CLIENTS } from './demo/clients.ts';
import { sendLoad } from './demo/load.ts';
import { introduce, newLogger, printMetrics, summarize } from './demo/output.ts';

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
