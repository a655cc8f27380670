import { type Check, checkThat, hasMethods } from '@stamina/validation';
import type { CounterConfiguration } from 'prom-client';

/** A registry of prom-client, with any content type. Metrics take a list of them as their option `registers`. */
export type MetricsRegistry = NonNullable<CounterConfiguration<string>['registers']>[number];

/** Returns whether `value` has the methods of a registry. It may come from another copy of prom-client. */
export function isRegistry(value: unknown): value is MetricsRegistry {
  return hasMethods(value, 'getSingleMetric', 'registerMetric');
}

/** Makes a check for registries. `instead` is the advice in its message. */
export function checkRegistry(instead: string): Check<MetricsRegistry> {
  return checkThat(isRegistry, 'a Registry of prom-client, such as its `register`', instead);
}
