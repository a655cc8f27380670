import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@stamina/core';

class Unavailable extends Error {}

async function load(signal: AbortSignal): Promise<string> {
  await delay(5, undefined, { signal });
  throw new Unavailable('down');
}

// #region shown
const policy = retry({ on: Unavailable });

/** Whoever calls gives up after a while: work after that is for nobody. */
async function handle(request: {
  readonly signal: AbortSignal;
  readonly timeLeft: number;
}): Promise<string> {
  const signal = AbortSignal.any([
    request.signal,
    AbortSignal.timeout(request.timeLeft),
  ]);
  return await policy.run((attempt) => load(attempt.signal), { signal });
}
// #endregion shown

await handle({ signal: new AbortController().signal, timeLeft: 60 }).catch(
  (error: unknown) => console.log((error as Error).name),
);
