/*
 * Names that the README's examples use without saying where they come from: what an earlier example imported or made,
 * and the reader's code.
 */
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const prometheusHook: typeof import('@stamina/prometheus').prometheusHook;
/** Express, say. */
declare const app: {
  get(path: string, handler: (request: unknown, response: import('node:http').ServerResponse) => Promise<void>): void;
};
