import { type RetryBudget, retryBudget } from '@stamina/core';

/** Whoever calls ever new hosts must not collect budgets for ever. */
const KEPT_ORIGINS = 1_000;

/** A retry budget for each origin: one that is down must not use up what another may need. */
export function originBudgets(): (url: URL) => RetryBudget {
  // A map is ordered by insertion: what was used last is put last, what is first is the oldest.
  const budgets = new Map<string, RetryBudget>();
  let newest: string | undefined;
  let budget: RetryBudget;
  return ({ origin }) => {
    // Mostly the same as before, and then there is no order to change.
    if (origin === newest) return budget;
    newest = origin;
    budget = budgets.get(origin) ?? retryBudget();
    budgets.delete(origin);
    budgets.set(origin, budget);
    if (budgets.size > KEPT_ORIGINS) budgets.delete(budgets.keys().next().value as string);
    return budget;
  };
}
