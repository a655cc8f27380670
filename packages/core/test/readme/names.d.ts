/*
 * Names that the READMEs' examples use without saying where they come from: this package's own, which an earlier example
 * imported, and the reader's code.
 */
declare const retry: typeof import('@stamina/core').retry;
declare const retryContext: typeof import('@stamina/core').retryContext;

interface User {
  readonly id: string;
}
declare class HttpError extends Error {
  readonly status: number;
  readonly retryAfterMs: number;
  readonly response: Response;
}
declare class ConnectionError extends Error {}
declare const id: string;
declare const amount: number;
declare function load(id: string, signal?: AbortSignal): Promise<User>;
declare function pay(amount: number, options: { key: string; signal: AbortSignal }): Promise<void>;
declare function query(): Promise<unknown[]>;
declare let rows: unknown[];
