import { simulate } from '@stamina/testing';

class Unavailable extends Error {}

// #region shown
const result = simulate(
  { on: Unavailable, attempts: 5 },
  { failures: Infinity, calls: 1_000, seed: 1 },
);
// #endregion shown
console.log(result);
