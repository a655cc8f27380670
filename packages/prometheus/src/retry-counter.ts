import { type Counter, register } from 'prom-client';
import { RetryMetrics } from './metrics.ts';
import { DEFAULT_PREFIX } from './options.ts';
import { checkRegistry, type MetricsRegistry } from './registry.ts';

const check = checkRegistry('write getRetryCounter(registry)');

/**
 * Finds the counter of retries, `stamina_retries_total`, in a registry, and registers it if it is missing.
 *
 * @param registry default: `register` of prom-client
 * @throws TypeError for a value that is not a registry; an Error if the registry has another metric of that name
 * @example
 * const { values } = await getRetryCounter().get();
 */
export function getRetryCounter(
  registry: MetricsRegistry = register,
): Counter<'callable' | 'retry_num' | 'error_type'> {
  return new RetryMetrics(check('registry', registry), DEFAULT_PREFIX).retries;
}
