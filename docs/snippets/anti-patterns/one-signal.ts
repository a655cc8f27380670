import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@stamina/core';

class Unavailable extends Error {}

const load = async (): Promise<string> => 'Ada';

// #region dont
const policy = retry({ on: Unavailable, signal: AbortSignal.timeout(20) }); // Runs out once, and for ever.
// #endregion dont
await delay(40);
await policy
  .run(load)
  .catch((error: unknown) =>
    console.log(`don't: ${(error as Error).name}, for every call from now on`),
  );

// #region do
const lasting = retry({ on: Unavailable });

const user = await lasting.run(load, { signal: AbortSignal.timeout(5_000) }); // One for each call.
// #endregion do
console.log(`do: ${user}`);
