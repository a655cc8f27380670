import * as asyncHooks from 'node:async_hooks';
import { type Disposer, setActive, setTesting } from '@stamina/core';
import { runInScope } from '@stamina/core/library';
import { checkCallback, checkKeys, isThenable } from '@stamina/validation';

/** Options of `withTesting`. */
export interface TestingOptions {
  /**
   * The most attempts of each call: an integer of at least 1, or Infinity. It replaces the `attempts` of the policy.
   * Default 1.
   */
  attempts?: number | undefined;
  /** Keeps the `attempts` of a policy if they are fewer than those of test mode. Default false. */
  cap?: boolean | undefined;
}

const OPTION_NAMES = ['attempts', 'cap'] satisfies (keyof TestingOptions)[];
const USAGE = 'write withTesting({ attempts: 3 }, fn), or withTesting(false, fn) to switch test mode off';

const checkTested = checkCallback('write withTesting({ attempts: 3 }, () => load())');
const checkUnretried = checkCallback('write withoutRetries(() => load())');

/**
 * Runs `fn` in test mode. Retries do not wait, and each call makes at most `attempts` attempts. With `false`, runs `fn`
 * without test mode, even where a set-up module has switched it on: retries wait, and a call makes as many attempts as
 * its policy says.
 *
 * The mode applies to everything that `fn` calls, now or later, and to nothing else. Tests that run at the same time
 * do not affect each other. `setTesting` and `setActive` inside `fn` apply to `fn` only. A runtime without
 * `AsyncLocalStorage`, such as a browser, applies the mode to all calls until `fn` has settled.
 *
 * @param options `{ attempts, cap }`, or `false` to switch test mode off
 * @param fn the function to run; it is called once, without arguments
 * @returns the result of `fn`
 * @throws TypeError if `fn` is not a function, or an option has the wrong type
 * @throws RangeError if `attempts` is out of range
 * @example
 * const user = await withTesting({ attempts: 3 }, () => loadUser(1));
 * @example
 * await withTesting(false, () => loadUser(1)); // Waits before each retry, or for fake timers.
 */
export function withTesting<Result>(options: TestingOptions | false, fn: () => Result): Result {
  checkTested('fn', fn);
  if (options !== false) checkKeys('options of withTesting', options, OPTION_NAMES, USAGE);
  return runWith(() => (options === false ? setTesting(false) : setTesting(true, options)), fn);
}

/**
 * Runs `fn` with retrying switched off. Each call makes one attempt, hooks are not called, and budgets are not charged.
 *
 * It affects the same calls as `withTesting` does.
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

/** Runs `fn` in a new scope, after `set` has changed a setting of that scope. */
function runWith<Result>(set: () => Disposer, fn: () => Result): Result {
  const { AsyncLocalStorage } = asyncHooks;
  // Bundlers for browsers replace `node:async_hooks` with an empty module.
  if (!AsyncLocalStorage) return runUntilSettled(set(), fn);
  return runInScope(
    () => new AsyncLocalStorage(),
    () => {
      set();
      return fn();
    },
  );
}

/** Runs `fn`, and disposes a setting of the whole process once `fn` has returned, thrown or settled. */
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
