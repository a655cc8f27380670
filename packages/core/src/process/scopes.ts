import { currentSettings, type Scope, type ScopeStorage, shared, USUAL } from './shared.ts';

export type { Scope, ScopeStorage } from './shared.ts';

/**
 * Runs `fn` in a scope of its own. Inside a scope, `setActive` and `setTesting` apply to `fn` and to everything that it
 * calls, now or later. They do not affect anything else.
 *
 * @param makeStorage makes an `AsyncLocalStorage`. It is called once per process, because all copies of this package
 *   share one
 * @returns the result of `fn`
 * @example
 * runInScope(() => new AsyncLocalStorage(), () => {
 *   setTesting(true);
 *   return test();
 * });
 */
export function runInScope<Result>(makeStorage: () => ScopeStorage, fn: () => Result): Result {
  shared.scopes ??= makeStorage();
  // Calls look for their scope only while the process has a `mode`.
  shared.mode ??= USUAL;
  const { active, testing, mode } = currentSettings();
  return shared.scopes.run({ active, testing, mode, outer: currentScope() }, fn);
}

/** Returns the scope that the running code is in, or `undefined` if it is in none. */
export function currentScope(): Scope | undefined {
  return shared.scopes?.getStore() as Scope | undefined;
}

/** Returns whether the running code is in `scope`, or in a scope that was opened inside it. */
export function isWithinScope(scope: Scope): boolean {
  for (let found = currentScope(); found; found = found.outer) {
    if (found === scope) return true;
  }
  return false;
}

/** Saves the activation, test mode and hooks of the process. Returns a function that restores them. */
export function saveSettings(): () => void {
  const { active, testing, mode } = shared;
  const entries = [...shared.hooks.entries];
  return () => {
    Object.assign(shared, { active, testing, hooks: { entries: new Set(entries) }, mode });
    if (shared.scopes) shared.mode ??= USUAL;
  };
}
