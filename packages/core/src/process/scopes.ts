import { currentSettings, type Scope, type ScopeStorage, shared, USUAL } from './shared.ts';

export type { Scope, ScopeStorage } from './shared.ts';

/**
 * Runs `fn` in a scope of its own: `setActive` and `setTesting` inside hold for `fn` and everything that it calls, however
 * late, and for nothing else.
 *
 * @param makeStorage makes an `AsyncLocalStorage`; called once per process, because all copies of this package share one
 * @returns what `fn` returns
 * @example
 * runInScope(() => new AsyncLocalStorage(), () => {
 *   setTesting(true);
 *   return test();
 * });
 */
export function runInScope<Result>(makeStorage: () => ScopeStorage, fn: () => Result): Result {
  shared.scopes ??= makeStorage();
  // A mode tells calls to look for the scope that they are in.
  shared.mode ??= USUAL;
  const { active, testing, mode } = currentSettings();
  return shared.scopes.run({ active, testing, mode, outer: currentScope() }, fn);
}

/** Returns the scope of the running code, if it is in one. */
export function currentScope(): Scope | undefined {
  return shared.scopes?.getStore() as Scope | undefined;
}

/** Tells whether the running code is in `scope`, or in a scope that was opened inside it. */
export function isWithinScope(scope: Scope): boolean {
  for (let found = currentScope(); found; found = found.outer) {
    if (found === scope) return true;
  }
  return false;
}

/** Notes the activation, test mode and hooks of the process. Returns a function that sets them again. */
export function saveSettings(): () => void {
  const { active, testing, hooks, mode } = shared;
  return () => {
    Object.assign(shared, { active, testing, hooks, mode });
    if (shared.scopes) shared.mode ??= USUAL;
  };
}
