/*
 * The names that examples of the README use without an import. They come from earlier examples.
 */
declare const setRetryHooks: typeof import('@stamina/core').setRetryHooks;
declare const openTelemetryHook: typeof import('@stamina/opentelemetry').openTelemetryHook;
