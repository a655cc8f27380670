import { retry, retryBudget } from '@stamina/core';

class Unavailable extends Error {}

let requests = 0;
const load = async (): Promise<never> => {
  requests++;
  throw new Unavailable('down');
};
const hundred = (call: () => Promise<unknown>): Promise<unknown> =>
  Promise.allSettled(Array.from({ length: 100 }, () => call()));

// #region dont
const search = () =>
  retry({
    on: Unavailable,
    attempts: 4,
    waitMax: 0,
    budget: retryBudget(),
  }).run(load);
// #endregion dont
await hundred(search);
console.log(`don't: ${requests} requests`);

requests = 0;
// #region do
const policy = retry({
  on: Unavailable,
  attempts: 4,
  waitMax: 0,
  budget: retryBudget(),
});

const searchWithin = () => policy.run(load);
// #endregion do
await hundred(searchWithin);
console.log(`do: ${requests} requests`);
