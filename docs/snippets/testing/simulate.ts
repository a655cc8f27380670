import { simulate } from '@stamina/testing';

class Unavailable extends Error {}

// #region shown
const policy = { on: Unavailable, attempts: 5, timeout: 20_000 };

const { totalTime, worstCase, addedLoad } = simulate(policy, {
  failures: Infinity, // Every attempt fails: an outage.
  attemptTime: 200,
  calls: 10_000,
});
console.log(`half of the calls take up to ${Math.round(totalTime.p50)} ms`);
console.log(`none takes longer than ${worstCase} ms`);
console.log(`${addedLoad} requests are added to each`);
// #endregion shown
