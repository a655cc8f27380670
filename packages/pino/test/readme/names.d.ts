/*
 * The names that examples of the README use without an import. Some come from earlier examples, and others stand for the
 * reader's own code.
 */
declare const retry: typeof import('@stamina/core').retry;
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const pinoHook: typeof import('@stamina/pino').pinoHook;
declare const pino: typeof import('pino').pino;
declare const logger: import('pino').Logger;
declare class HttpError extends Error {}
declare function connect(user: object): Promise<void>;
