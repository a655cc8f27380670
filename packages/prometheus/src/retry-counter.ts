import { type Counter, register } from 'prom-client';
import { RetryMetrics } from './metrics.ts';
import { checkRegistry, DEFAULT_PREFIX, type MetricsRegistry } from './options.ts';

const check = checkRegistry('write getRetryCounter(registry)');

/**
 * Returns the counter `stamina_retries_total` of a registry, and registers it if it is missing. A hook with another
 * `prefix` uses another counter.
 *
 * @param registry the registry; default: `register` of prom-client
 * @throws TypeError if `registry` is not a registry; Error if it has another metric of that name
 * @example
 * const { values } = await getRetryCounter().get();
 */
export function getRetryCounter(
  registry: MetricsRegistry = register,
): Counter<'callable' | 'retry_num' | 'error_type'> {
  return new RetryMetrics(check('registry', registry), DEFAULT_PREFIX).retries;
}
