import type { Counter } from 'prom-client';
import { RetryMetrics } from './metrics.ts';
import { DEFAULT_PREFIX } from './options.ts';
import { type MetricsRegistry, resolveRegistry } from './registry.ts';

/**
 * Find the counter of retries, `stamina_retries_total`, of a registry. It is registered if it is not there yet.
 *
 * @param registry default: `register` of prom-client
 * @throws TypeError for what is no registry; an Error where it has another metric of that name
 * @example
 * const { values } = await getRetryCounter().get();
 */
export function getRetryCounter(registry?: MetricsRegistry): Counter<'callable' | 'retry_num' | 'error_type'> {
  return new RetryMetrics(resolveRegistry(registry, 'write getRetryCounter(registry)'), DEFAULT_PREFIX).retries;
}
