import { retry, setActive } from '@stamina/core';

class Unavailable extends Error {}

let calls = 0;

// #region shown
setActive(false); // Everything runs once: no retries, no hooks.
// #endregion shown

await retry({ on: Unavailable })
  .run(() => {
    calls++;
    throw new Unavailable('down');
  })
  .catch(() => {});
console.log(`${calls} call`);
