export type { PrometheusHookOptions } from './options.ts';
export { prometheusHook } from './prometheus-hook.ts';
export type { MetricsRegistry } from './registry.ts';
export { getRetryCounter } from './retry-counter.ts';
