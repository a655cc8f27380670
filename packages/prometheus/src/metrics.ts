import { CALL_SECONDS, type Outcome, REASONS, WAIT_SECONDS } from '@stamina/labels';
import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import type { MetricsRegistry } from './options.ts';

const ALL_OUTCOMES: readonly Outcome[] = ['succeeded', 'recovered', 'gave_up', 'unmatched', 'aborted'];

/** The class of a metric, a method that tells it from other kinds, and what its constructor needs. */
interface Description {
  readonly Class: new (configuration: any) => unknown;
  readonly method: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly buckets?: readonly number[];
}

const counter = (help: string, ...labelNames: string[]): Description => ({
  Class: Counter,
  method: 'inc',
  help,
  labelNames,
});

/** The metrics of one registry and prefix. */
export interface Metrics {
  readonly retries_total: Counter<'callable' | 'retry_num' | 'error_type'>;
  readonly give_ups_total: Counter<'callable' | 'reason'>;
  readonly give_up_errors_total: Counter<'callable' | 'error_type'>;
  readonly recoveries_total: Counter<'callable'>;
  readonly retry_wait_seconds: Histogram<'callable'>;
  readonly calls_total: Counter<'callable' | 'outcome'>;
  readonly call_duration_seconds: Histogram<'callable' | 'outcome'>;
  readonly retry_waiting: Gauge<'callable'>;
}
type Name = keyof Metrics;

/** All metrics by their names without the prefix, in the order in which a scrape shows them. */
const DESCRIPTIONS: Readonly<Record<Name, Description>> = {
  retries_total: counter('Retries scheduled.', 'callable', 'retry_num', 'error_type'),
  give_ups_total: counter('Calls that failed, and had at least one error that is retried.', 'callable', 'reason'),
  give_up_errors_total: counter(
    'The same calls by the type of their last error, without those that were aborted.',
    'callable',
    'error_type',
  ),
  recoveries_total: counter('Calls that succeeded after at least one retry.', 'callable'),
  retry_wait_seconds: {
    Class: Histogram,
    method: 'observe',
    help: 'Waits before retries, as scheduled.',
    labelNames: ['callable'],
    buckets: WAIT_SECONDS,
  },
  calls_total: counter('Calls that ended.', 'callable', 'outcome'),
  call_duration_seconds: {
    Class: Histogram,
    method: 'observe',
    help: 'The time that calls took, with all their attempts and waits.',
    labelNames: ['callable', 'outcome'],
    buckets: CALL_SECONDS,
  },
  retry_waiting: {
    Class: Gauge,
    method: 'dec',
    help: 'Calls that wait for their next attempt.',
    labelNames: ['callable'],
  },
};

/** The names of the metrics that exist only with the option `calls`. */
const OF_CALLS: ReadonlySet<string> = new Set([
  'calls_total',
  'call_duration_seconds',
  'retry_waiting',
] satisfies Name[]);

/**
 * Finds the metrics in a registry, and registers those that are missing. Another hook may have registered them already,
 * and a registry may be cleared or reset at any time. So each access compares them with what was found last. That is a
 * look-up for each metric, which takes about 10 ns.
 */
export class MetricsOf {
  readonly #registry: MetricsRegistry;
  readonly #names: readonly Name[];
  /** The full names of the metrics, and what was found last. Making a name for each look-up would cost as much again. */
  readonly #found = {} as Record<Name, { readonly name: string; metric: Metric | undefined }>;
  /** The callables whose counters have begun with zero, and the values of the counter at that time. */
  readonly #begun = new Set<string>();
  #values: unknown;

  constructor(registry: MetricsRegistry, prefix: string, calls = false) {
    this.#registry = registry;
    const all = Object.keys(DESCRIPTIONS) as Name[];
    for (const key of all) this.#found[key] = { name: prefix + key, metric: undefined };
    this.#names = all.filter((key) => calls || !OF_CALLS.has(key));
  }

  /** Registers all metrics, so that a scrape shows them before anything is retried. */
  register(): void {
    for (const name of this.#names) this.get(name);
  }

  /** Returns a metric. Throws an Error if the registry has another metric of that name. */
  get<Key extends Name>(key: Key): Metrics[Key] {
    const found = this.#found[key];
    const current = this.#registry.getSingleMetric(found.name);
    if (current === undefined || found.metric !== current) {
      found.metric = current ? check(found.name, key, current) : this.#make(found.name, key);
    }
    return found.metric as Metrics[Key];
  }

  /**
   * Lets the counters of a callable begin with zero. Prometheus sees a counter grow only if it knows an earlier value.
   * Without the zeros, `rate` and `increase` would miss the first give-up of each process.
   */
  begin(callable: string): void {
    const giveUps = this.get('give_ups_total');
    // prom-client replaces the values of a metric when it is reset. A metric that was registered anew has others too.
    const values = (giveUps as unknown as { hashMap?: object }).hashMap;
    if (values !== this.#values) {
      this.#begun.clear();
      this.#values = values;
    }
    if (this.#begun.has(callable)) return;
    this.#begun.add(callable);
    for (const reason of REASONS) giveUps.inc({ callable, reason }, 0);
    this.get('recoveries_total').inc({ callable }, 0);
    if (!this.#names.includes('calls_total')) return;
    for (const outcome of ALL_OUTCOMES) this.get('calls_total').inc({ callable, outcome }, 0);
  }

  #make(name: string, key: Name): Metric {
    const { Class, help, labelNames, buckets } = DESCRIPTIONS[key];
    return new Class({ name, help, labelNames, ...(buckets && { buckets }), registers: [this.#registry] }) as Metric;
  }
}

/** Throws an Error if `metric` is of another kind, or has other labels. It may come from another copy of prom-client. */
function check(name: string, key: Name, found: Metric): Metric {
  const { method, labelNames } = DESCRIPTIONS[key];
  const metric = found as Metric & { readonly labelNames?: readonly string[] };
  if (method in metric && String(metric.labelNames) === String(labelNames)) return metric;
  throw new Error(
    `the registry has another metric called \`${name}\`, with the labels ${metric.labelNames?.join(', ') || '(none)'}; choose another \`prefix\` for prometheusHook`,
  );
}
