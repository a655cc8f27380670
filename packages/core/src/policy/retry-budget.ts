import { checkOptions } from '@stamina/validation';
import { budgetOptions, makeBudget, type RetryBudget, type RetryBudgetOptions } from '../decision/budget.ts';
import { now } from '../time/clock.ts';
import { POLICY_OWNER } from './resolve.ts';

/**
 * Makes a budget that limits retries to a share of the calls. It works like `RetryBudget` of Twitter's Finagle.
 *
 * Each call adds `ratio` retries to the budget. There is also a `reserve`, which is full at first, and which
 * `minPerSecond` refills. While the budget is empty, calls that would retry give up at once. Processes share nothing,
 * so each of them limits its own retries.
 *
 * @param options the `ratio` (default 0.2), the `reserve` (default 100), `minPerSecond` (default 1) and the `window`
 *   (default 10 000 ms)
 * @returns a budget for the option `budget` of policies
 * @throws TypeError or RangeError for a value that is not allowed
 * @example
 * const budget = retryBudget({ ratio: 0.1 });
 * const getUser = retry({ on: HttpError, budget })(fetchUser);
 */
export function retryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  const usage = 'write retryBudget({ ratio: 0.1 })';
  const limits = checkOptions('options of retryBudget', options, budgetOptions(), usage, [POLICY_OWNER]);
  const { minPerSecond, reserve } = options;
  const isDerived = reserve === undefined && minPerSecond !== undefined;
  return makeBudget(isDerived ? { ...limits, reserve: (limits.minPerSecond * limits.window) / 1_000 } : limits, now);
}
