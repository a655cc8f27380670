/*
 * The names that examples of the README use without an import. Some come from earlier examples, and others stand for the
 * reader's own code.
 */
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const prometheusHook: typeof import('@stamina/prometheus').prometheusHook;
declare const port: number;
