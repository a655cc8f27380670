export type { MetricsRegistry, PrometheusHookOptions } from './options.ts';
export { prometheusHook } from './prometheus-hook.ts';
export { getRetryCounter } from './retry-counter.ts';
