import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@stamina/core';

class Unavailable extends Error {}

const load = async (): Promise<string> => 'Ada';

// #region dont
// Runs out once, and for ever.
const policy = retry({ on: Unavailable, signal: AbortSignal.timeout(20) });
// #endregion dont
await delay(40);
await policy
  .run(load)
  .catch((error: unknown) =>
    console.log(`don't: ${(error as Error).name}, for every call from now on`),
  );

// #region do
const lasting = retry({ on: Unavailable });

// One for each call.
const user = await lasting.run(load, { signal: AbortSignal.timeout(5_000) });
// #endregion do
console.log(`do: ${user}`);
