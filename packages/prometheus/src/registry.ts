import { type CounterConfiguration, register } from 'prom-client';
import { invalid } from './invalid.ts';

/** A registry of prom-client, of either content type: what its metrics take as one of `registers`. */
export type MetricsRegistry = NonNullable<CounterConfiguration<string>['registers']>[number];

/** Tells a registry by what is used of it: it may come from another copy of prom-client. */
export function isRegistry(value: unknown): value is MetricsRegistry {
  const { getSingleMetric, registerMetric } = Object(value) as Record<string, unknown>;
  return typeof getSingleMetric === 'function' && typeof registerMetric === 'function';
}

/** Returns the registry that was given, or else prom-client's own. */
export function resolveRegistry(given: unknown, instead: string): MetricsRegistry {
  if (given === undefined) return register;
  if (isRegistry(given)) return given;
  throw invalid('registry', 'a Registry of prom-client, such as its `register`', given, instead);
}
