import * as asyncHooks from 'node:async_hooks';
import { type Disposer, setActive, setTesting } from '@stamina/core';
import { runInScope } from '@stamina/core/library';
import { isThenable } from '@stamina/validation';
import { checkCallback } from '../options/checks.ts';

/** Options of `withTesting`. */
export interface TestingOptions {
  /**
   * The number of attempts of each call, which replaces the policy's own: an integer of at least 1, or Infinity.
   * Default 1.
   */
  attempts?: number | undefined;
  /** Makes `attempts` a limit, so that a policy with fewer attempts keeps its own number. Default false. */
  cap?: boolean | undefined;
}

const checkTested = checkCallback('write withTesting({ attempts: 3 }, () => load())');
const checkUnretried = checkCallback('write withoutRetries(() => load())');

/**
 * Runs `fn` in test mode. Retries in it do not wait, and each call makes as many attempts as you say.
 *
 * Test mode holds for everything that `fn` calls, now or later, and for nothing else. Tests that run at the same time
 * do not affect each other. `setTesting` and `setActive` inside `fn` hold for `fn` only. A runtime without
 * `AsyncLocalStorage`, such as a browser, applies test mode to all calls until `fn` has settled.
 *
 * @param options `{ attempts, cap }`, or `false` to switch test mode off, so that retries wait and the policy's
 *   `attempts` apply
 * @returns the result of `fn`
 * @throws TypeError if `fn` is not a function, or an option has the wrong type
 * @throws RangeError if `attempts` is out of range
 * @example
 * const user = await withTesting({ attempts: 3 }, () => loadUser(1));
 */
export function withTesting<Result>(options: TestingOptions | false, fn: () => Result): Result {
  checkTested('fn', fn);
  return runWith(() => (options === false ? setTesting(false) : setTesting(true, options)), fn);
}

/**
 * Runs `fn` with retrying switched off. Everything in it runs once, hooks are not called, and budgets are not charged.
 *
 * This holds for the same calls as with `withTesting`.
 *
 * @returns the result of `fn`
 * @throws TypeError if `fn` is not a function
 * @example
 * await withoutRetries(() => loadUser(1));
 */
export function withoutRetries<Result>(fn: () => Result): Result {
  checkUnretried('fn', fn);
  return runWith(() => setActive(false), fn);
}

/** Runs `fn` in a scope of its own, where `set` changes a setting first. */
function runWith<Result>(set: () => Disposer, fn: () => Result): Result {
  const { AsyncLocalStorage } = asyncHooks;
  // Bundlers for browsers replace `node:async_hooks` by an empty module.
  if (!AsyncLocalStorage) return runUntilSettled(set(), fn);
  return runInScope(
    () => new AsyncLocalStorage(),
    () => {
      set();
      return fn();
    },
  );
}

/** Runs `fn`, and removes a setting of the whole process once `fn` has settled. */
function runUntilSettled<Result>(setting: Disposer, fn: () => Result): Result {
  let settled = true;
  try {
    const result = fn();
    if (!isThenable(result)) return result;
    settled = false;
    return result.then(
      (value) => {
        setting.dispose();
        return value;
      },
      (error: unknown) => {
        setting.dispose();
        throw error;
      },
    ) as Result;
  } finally {
    if (settled) setting.dispose();
  }
}
