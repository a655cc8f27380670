import { retryBudget } from '@stamina/core';
import { retryingFetch } from '@stamina/fetch';

// #region shown
const budgets = new Map<string, ReturnType<typeof retryBudget>>();

const fetch = retryingFetch({
  // By default there is one for each origin; here, one for each shard.
  budget: ({ pathname }) => {
    const shard = pathname.split('/')[1] ?? '';
    const budget = budgets.get(shard) ?? retryBudget();
    budgets.set(shard, budget);
    return budget;
  },
});
// #endregion shown
console.log(typeof fetch);
