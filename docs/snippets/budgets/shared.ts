import { retry, retryBudget } from '@stamina/core';

class Unavailable extends Error {}

// #region shown
// One for the service that is called, shared by all that call it.
const searchBudget = retryBudget({
  ratio: 0.2,
  minPerSecond: 1,
  window: { seconds: 10 },
});

export const search = retry({ on: Unavailable, budget: searchBudget });
export const suggest = retry({
  on: Unavailable,
  attempts: 2,
  budget: searchBudget,
});
// #endregion shown

console.log(`${searchBudget.balance} retries are allowed now`);
