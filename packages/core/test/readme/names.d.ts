/*
 * Names that examples in the READMEs use without importing them: those of this package, which an earlier example imported,
 * and those of the reader's own code.
 */
declare const retry: typeof import('@stamina/core').retry;
declare const retryContext: typeof import('@stamina/core').retryContext;

interface User {
  readonly id: string;
}
declare class HttpError extends Error {
  readonly status: number;
}
declare class ConnectionError extends Error {}
declare const id: string;
declare function load(id: string, signal?: AbortSignal): Promise<User>;
declare function query(): Promise<unknown[]>;
declare let rows: unknown[];
declare function subscribe(signal: AbortSignal): AsyncIterable<string>;
declare function handle(event: string): void;
declare const server: import('node:http').Server;

/* `@stamina/fetch` and `@stamina/transient` depend on core, so core cannot depend on them. The tests of the site run what imports them. */
declare module '@stamina/transient/axios' {
  export function isTransient(error: unknown): boolean;
}
declare module '@stamina/fetch' {
  export function retryingFetch(options: { attemptTimeout: { seconds: number } }): typeof globalThis.fetch;
}
declare module '@stamina/transient/pg' {
  export function isTransient(error: unknown): boolean;
}
declare module 'pg' {
  export class Pool {
    constructor(options: { connectionString: string | undefined });
    query(statement: string): Promise<{ readonly rows: readonly unknown[] }>;
  }
}
declare module 'axios' {
  const axios: { get(url: string, config: { signal: AbortSignal }): Promise<{ readonly data: unknown }> };
  export default axios;
}
