import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@stamina/core';

class Unavailable extends Error {}

let calls = 0;
/** Hangs the first time. */
async function load(signal?: AbortSignal): Promise<string> {
  if (++calls === 1)
    await delay(60_000, undefined, { ref: false, ...(signal && { signal }) });
  return 'Ada';
}

// #region dont
// Begins no attempt after a second, and ends none.
const endless = retry({ on: Unavailable, timeout: 1_000 });
const hanging = endless.run(() => load());
// #endregion dont
console.log(
  `don't: ${await Promise.race([hanging, delay(100, 'it still hangs')])}`,
);

calls = 0;
// #region do
const policy = retry({
  on: Unavailable,
  timeout: 1_000,
  attemptTimeout: 50,
  waitInitial: 1,
  waitJitter: 1,
});
const user = await policy.run((attempt) => load(attempt.signal));
// #endregion do
console.log(`do: ${user}`);
