/*
 * Names that the READMEs' examples use without saying where they come from: this package's own, which an earlier example
 * imported, and the reader's code.
 */
declare const retry: typeof import('@stamina/core').retry;
declare const retryContext: typeof import('@stamina/core').retryContext;
declare const retryBudget: typeof import('@stamina/core').retryBudget;
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const addRetryHook: typeof import('@stamina/core').addRetryHook;
declare const setActive: typeof import('@stamina/core').setActive;
declare const setTesting: typeof import('@stamina/core').setTesting;
declare const retrySync: typeof import('@stamina/core/sync').retrySync;
declare const retryContextSync: typeof import('@stamina/core/sync').retryContextSync;

interface User {
  readonly id: string;
}
declare class HttpError extends Error {
  readonly status: number;
  readonly retryAfterMs: number;
}
declare class ConnectionError extends Error {}
declare const id: string;
declare const signal: AbortSignal;
declare function load(id: string, signal?: AbortSignal): Promise<User>;
declare function loadUser(id: string, signal?: AbortSignal): Promise<User>;
declare function fetchUser(id: string): Promise<User>;
declare function query(): Promise<unknown[]>;
declare let rows: unknown[];
declare const log: Record<'info' | 'warn' | 'error', (details: object) => void>;
