import { Counter, Histogram, type Metric } from 'prom-client';
import type { MetricsRegistry } from './options.ts';

/**
 * The upper bounds of the buckets in seconds. Up to 5 s, they are the limits of the waits of the default backoff, which
 * are 0.1 to 1.1 s for the first retry, 0.2 to 1.2 s for the second, and so on. Therefore all waits between two bounds
 * are equally likely, as Prometheus assumes when it calculates quantiles. Longer waits come from `Retry-After`, for
 * example.
 */
const BUCKETS = [0.1, 0.2, 0.4, 0.8, 1.1, 1.2, 1.4, 1.8, 2.6, 3.2, 4.2, 5, 10, 30, 60, 300];

/**
 * The retry metrics in a registry. Their names begin with `prefix`. Every access looks a metric up, because another
 * hook may have registered it already. It registers the metric if it is missing, because a registry may be cleared.
 */
export class RetryMetrics {
  readonly #registry: MetricsRegistry;
  readonly #prefix: string;

  constructor(registry: MetricsRegistry, prefix: string) {
    this.#registry = registry;
    this.#prefix = prefix;
  }

  get retries(): Counter<'callable' | 'retry_num' | 'error_type'> {
    return this.#counter('retries_total', 'Retries scheduled.', ['callable', 'retry_num', 'error_type']);
  }

  get giveUps(): Counter<'callable' | 'reason' | 'error_type'> {
    return this.#counter('give_ups_total', 'Calls that failed for good after an error that was to be retried.', [
      'callable',
      'reason',
      'error_type',
    ]);
  }

  get recoveries(): Counter<'callable'> {
    return this.#counter('recoveries_total', 'Calls that succeeded after at least one retry.', ['callable']);
  }

  get waits(): Histogram<'callable'> {
    return this.#metric('retry_wait_seconds', ['callable'], 'observe', (name, labelNames) => {
      const help = 'Waits before retries, as scheduled.';
      return new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [this.#registry] });
    });
  }

  /** Registers all metrics, so that a scrape shows them before anything is retried. */
  register(): void {
    void [this.retries, this.giveUps, this.recoveries, this.waits];
  }

  #counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label> {
    return this.#metric(name, labels, 'inc', (name, labelNames) => {
      return new Counter({ name, help, labelNames, registers: [this.#registry] });
    });
  }

  /** Finds or makes a metric. Throws an Error if the metric that it finds lacks `method` or has other labels. */
  #metric<Label extends string, Found extends Metric<Label>>(
    suffix: string,
    labels: readonly Label[],
    method: keyof Found & string,
    make: (name: string, labels: readonly Label[]) => Found,
  ): Found {
    const name = this.#prefix + suffix;
    const found = this.#registry.getSingleMetric(name) as (Found & { labelNames?: readonly string[] }) | undefined;
    if (found === undefined) return make(name, labels);
    if (method in found && String(found.labelNames) === String(labels)) return found;
    throw new Error(
      `the registry has another metric called \`${name}\`, with the labels ${found.labelNames?.join(', ') || '(none)'}; choose another \`prefix\` for prometheusHook`,
    );
  }
}
