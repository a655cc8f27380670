/**
 * What retries do, live: five clients call a flaky server at the same time, with retries and without.
 * Run it with `npx pnpm@12 demo`. It takes some ten seconds, and needs nothing but this machine.
 */
import { addRetryHook, setActive } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import { CLIENTS } from './demo/clients.ts';
import { introduce, Journal } from './demo/journal.ts';
import { sendLoad } from './demo/load.ts';
import { printMetrics } from './demo/metrics.ts';
import { summarize } from './demo/summary.ts';

// `… demo | head` closes the pipe early, which is nothing to complain about.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

introduce(CLIENTS);
using _metrics = addRetryHook(prometheusHook());
const withRetries = await sendLoad(CLIENTS, new Journal('With retries'));

using _inactive = setActive(false);
const without = await sendLoad(CLIENTS, new Journal('The same load without retries: setActive(false)'));

summarize(withRetries, without);
await printMetrics();
