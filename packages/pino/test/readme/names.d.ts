/*
 * Names that the README's examples use without saying where they come from: what an earlier example imported or made,
 * and the reader's code.
 */
declare const retry: typeof import('@stamina/core').retry;
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const pinoHook: typeof import('@stamina/pino').pinoHook;
declare const pino: typeof import('pino').pino;
declare const logger: import('pino').Logger;
declare class HttpError extends Error {}
declare function connect(user: object): Promise<void>;
