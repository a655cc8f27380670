import { retry } from '@stamina/core';

class Unavailable extends Error {}

// #region shown
const policy = retry({
  on: Unavailable,
  attempts: 3, // The first one included. Default 10.
  timeout: { seconds: 20 }, // Begin no attempt later than that. Default 45 s.
  waitInitial: 10, // Milliseconds, where it is a number.
  waitMax: 100,
});
// #endregion shown

let calls = 0;
await policy
  .run(() => {
    calls++;
    throw new Unavailable('down');
  })
  .catch((error: unknown) => console.log(`${calls} attempts, then ${error}`));
