/* Names that examples in docstrings use without saying where they come from: the reader's code. */
declare const id: string;
declare let rows: unknown[];
declare let text: string;
declare const path: string;
declare class HttpError extends Error {
  readonly status: number;
}
declare function load(id?: string | number, signal?: AbortSignal): Promise<unknown>;
declare function loadUser(id: number): Promise<unknown>;
declare function fetchUser(id: string): Promise<unknown>;
declare function query(): Promise<unknown[]>;
declare function isAxiosError(error: unknown): error is { readonly response?: Response };
declare class UndiciInstrumentation {
  constructor(config: { startSpanHook: () => import('@opentelemetry/api').Attributes });
}
declare const logger: import('pino').Logger;
declare const expect: typeof import('vitest').expect;
declare const readFileSync: typeof import('node:fs').readFileSync;
declare const recorder: import('@stamina/testing').RetryRecorder;
interface Rows {
  readonly length: number;
}
declare function send(sql: string): Promise<Rows>;
declare function isConnectionLost(error: unknown): boolean;
declare const AsyncLocalStorage: typeof import('node:async_hooks').AsyncLocalStorage;
declare function test(): unknown;
declare module 'axios' {
  const axios: { get(url: string, config: { signal: AbortSignal }): Promise<{ readonly data: unknown }> };
  export default axios;
}
