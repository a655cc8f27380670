import '@stamina/core';

/** Where core keeps activation and test mode: for the process, or for one async context. */
export interface Settings {
  active: readonly unknown[];
  testing: readonly unknown[];
  mode: object | undefined;
}

/** A scope of settings, and the scope that it was opened in. */
export interface Scope extends Settings {
  readonly outer: Scope | undefined;
}

/** An `AsyncLocalStorage`, as far as it is used. */
export interface Scopes {
  getStore(): Scope | undefined;
  run<Result>(scope: Scope, fn: () => Result): Result;
}

/** What all copies of core in a process share, as far as tests change it. */
interface Shared extends Settings {
  hooks: readonly unknown[];
  scopes?: Scopes;
}

/** The state of this process. Core has made it. */
export const shared: Shared = (globalThis as unknown as Record<symbol, Shared>)[
  Symbol.for('@stamina/core/1')
] as Shared;

/** Notes what is set for the process; returns how to set that again. */
export function snapshot(): () => void {
  const { active, testing, hooks, mode } = shared;
  return () => {
    Object.assign(shared, { active, testing, hooks, mode });
    if (shared.scopes) shared.mode ??= ORDINARY;
  };
}

/** What `mode` is once there are scopes: core then asks whether the running code is in one. */
export const ORDINARY: object = { active: true, testing: undefined };
