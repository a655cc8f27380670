import * as asyncHooks from 'node:async_hooks';
import { type Disposer, setActive, setTesting } from '@stamina/core';
import { checkFunction } from './invalid.ts';
import { ORDINARY, type Scope, type Scopes, shared } from './shared.ts';

/** How many attempts a call has in test mode. */
export interface TestingOptions {
  /** The most attempts in all, instead of the policy's own: an integer ≥ 1, or Infinity. Default 1. */
  attempts?: number | undefined;
  /** Only limit each policy's `attempts`, rather than replace them. Default false. */
  cap?: boolean | undefined;
}

/**
 * Run `fn` in test mode: no retry in it waits, and each call has as many attempts as you say.
 *
 * It holds for what `fn` calls, in whatever depth and however late, and for nothing else: tests that run at the same
 * time do not meet. `setTesting` and `setActive` within `fn` end with it. Where the runtime has no `AsyncLocalStorage`
 * (a browser) it holds for all calls until `fn` has settled.
 *
 * @param options `{ attempts, cap }`, or `false` for no test mode: retries wait, as many as the policy says
 * @returns what `fn` returns
 * @throws TypeError or RangeError for options that are not allowed, and whatever `fn` throws
 * @example
 * const user = await withTesting({ attempts: 3 }, () => loadUser(1));
 */
export function withTesting<Result>(options: TestingOptions | false, fn: () => Result): Result {
  checkFunction('fn', fn, 'write withTesting({ attempts: 3 }, () => load())');
  return within(() => (options === false ? setTesting(false) : setTesting(true, options)), fn);
}

/**
 * Run `fn` with retrying switched off: everything in it runs once, nothing is told, no budget is charged.
 *
 * It holds where `withTesting` would hold.
 *
 * @returns what `fn` returns
 * @throws TypeError unless `fn` is a function, and whatever `fn` throws
 * @example
 * await withoutRetries(() => loadUser(1));
 */
export function withoutRetries<Result>(fn: () => Result): Result {
  checkFunction('fn', fn, 'write withoutRetries(() => load())');
  return within(() => setActive(false), fn);
}

/** The scope of the running code, if it is in one. */
export function currentScope(): Scope | undefined {
  return shared.scopes?.getStore();
}

/** Whether the running code is in `scope`, or in one within. */
export function isWithin(scope: Scope): boolean {
  for (let found = currentScope(); found; found = found.outer) {
    if (found === scope) return true;
  }
  return false;
}

function within<Result>(set: () => Disposer, fn: () => Result): Result {
  const scopes = openScopes();
  if (!scopes) return until(set(), fn);
  const outer = currentScope();
  const { active, testing, mode } = outer ?? shared;
  // What core's setters add here goes with the scope.
  return scopes.run({ active, testing, mode, outer }, () => {
    set();
    return fn();
  });
}

/** All copies of this package in a process share one storage. */
function openScopes(): Scopes | undefined {
  if (!shared.scopes && asyncHooks.AsyncLocalStorage) {
    shared.scopes = new asyncHooks.AsyncLocalStorage<Scope>();
    shared.mode ??= ORDINARY;
  }
  return shared.scopes;
}

/** Keeps a setting of the whole process until `fn` has settled. */
function until<Result>(setting: Disposer, fn: () => Result): Result {
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
