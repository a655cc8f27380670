import { setTimeout as delay } from 'node:timers/promises';
import { retry } from '@stamina/core';

class Unavailable extends Error {}

// #region shown
const policy = retry({ on: Unavailable, attemptTimeout: 100 });

await policy.run(async (attempt) => {
  // The first attempt would take a minute; its signal ends it.
  await delay(attempt.num === 1 ? 60_000 : 0, undefined, {
    signal: attempt.signal,
  });
  console.log(`attempt ${attempt.num} succeeded`);
});
// #endregion shown
