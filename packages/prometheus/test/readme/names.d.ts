/*
 * The names that examples of the README use without an import. Some come from earlier examples, and others stand for the
 * reader's own code.
 */
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const prometheusHook: typeof import('@stamina/prometheus').prometheusHook;
/** An application of Express, for example. */
declare const app: {
  get(path: string, handler: (request: unknown, response: import('node:http').ServerResponse) => Promise<void>): void;
};
