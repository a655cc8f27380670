import { type Counter, register } from 'prom-client';
import { MetricsOf } from './metrics.ts';
import { checkPrefix, checkRegistry, DEFAULT_PREFIX, type MetricsRegistry } from './options.ts';

const check = checkRegistry('write getRetryCounter(registry)');

/**
 * Returns the counter `stamina_retries_total` of a registry, and registers it if it is missing.
 *
 * @param registry the registry; default: `register` of prom-client
 * @param prefix the `prefix` of the hook; default `'stamina_'`
 * @throws TypeError or RangeError for an argument that is not allowed; Error if the registry has another metric of that
 *   name
 * @example
 * const { values } = await getRetryCounter().get();
 */
export function getRetryCounter(
  registry: MetricsRegistry = register,
  prefix: string = DEFAULT_PREFIX,
): Counter<'callable' | 'retry_num' | 'error_type'> {
  return new MetricsOf(check('registry', registry), checkPrefix('prefix', prefix)).get('retries_total');
}
