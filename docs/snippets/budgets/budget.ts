import { retry, retryBudget } from '@stamina/core';

class Unavailable extends Error {}

let requests = 0;
async function search(): Promise<never> {
  requests++;
  throw new Unavailable('down');
}

// #region without
const plain = retry({ on: Unavailable, attempts: 4, waitMax: 0 })(search);

await Promise.allSettled(Array.from({ length: 1_000 }, () => plain()));
console.log(`without a budget: ${requests} requests`);
// #endregion without

requests = 0;

// #region with
const budget = retryBudget();
const limited = retry({ on: Unavailable, attempts: 4, waitMax: 0, budget })(
  search,
);

await Promise.allSettled(Array.from({ length: 1_000 }, () => limited()));
console.log(`with a budget: ${requests} requests`);
// #endregion with
