import { retry } from '@stamina/core';

class Unavailable extends Error {}

// #region dont
// 45 ms, and 5 ms.
const hasty = retry({ on: Unavailable, timeout: 45, waitMax: 5 });
// #endregion dont

const begun = performance.now();
await hasty.run(() => Promise.reject(new Unavailable('down'))).catch(() => {});
console.log(
  `don't: it gave up within a second: ${performance.now() - begun < 1_000}`,
);

// #region do
const patient = retry({
  on: Unavailable,
  timeout: { seconds: 45 },
  waitMax: 5_000,
});
// #endregion do
let failures = 1;
await patient.run(() => {
  if (failures-- > 0) throw new Unavailable('down');
});
console.log('do: it came through');
