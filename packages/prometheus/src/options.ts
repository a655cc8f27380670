import { checkErrorType, checkMaxCallables, DEFAULT_MAX_CALLABLES, type ErrorType, errorType } from '@stamina/labels';
import {
  type Check,
  checkBoolean,
  checkNumber,
  checkOptions,
  checkThat,
  hasMethods,
  invalid,
  invalidRange,
  isWhole,
  type OptionTable,
  show,
} from '@stamina/validation';
import { type CounterConfiguration, register } from 'prom-client';

/** Options of `prometheusHook`. `undefined` means the default. */
export interface PrometheusHookOptions {
  /** The registry in which the metrics are registered. Default: `register` of prom-client. */
  readonly registry?: MetricsRegistry | undefined;
  /**
   * The beginning of all metric names: letters, digits and underscores, with no digit first and an underscore last.
   * Default `'stamina_'`.
   */
  readonly prefix?: string | undefined;
  /**
   * The highest retry number that gets a label `retry_num` of its own. All later retries share one label, such as
   * `10+`. An integer ≥ 1. Default 10.
   */
  readonly maxRetryNum?: number | undefined;
  /**
   * Counts and times every call, even if it succeeds at once, and counts the calls that wait. Each call then costs more.
   * Default false.
   */
  readonly calls?: boolean | undefined;
  /**
   * The names of callables whose counters begin with zero at once, so that Prometheus sees their first give-up.
   * Default: none.
   */
  readonly callables?: readonly string[] | undefined;
  /** The number of callables that get labels of their own. All others share `_OTHER`. An integer ≥ 1. Default 1,000. */
  readonly maxCallables?: number | undefined;
  /**
   * Returns the label `error_type` of an error. The number of different labels must be limited. If it returns no text,
   * the default counts: an HTTP status, or otherwise a known code such as `ECONNREFUSED`, or otherwise the class.
   */
  readonly errorType?: ((error: unknown) => string | undefined) | undefined;
}

/** The checked options, with the defaults filled in. */
export interface Settings {
  readonly registry: MetricsRegistry;
  readonly prefix: string;
  readonly maxRetryNum: number;
  readonly calls: boolean;
  readonly callables: readonly string[];
  readonly maxCallables: number;
  readonly errorType: ErrorType;
}

export const DEFAULT_PREFIX = 'stamina_';

/** Checks a prefix. Refuses colons: metric names may have them, but Prometheus reserves them for recording rules. */
export const checkPrefix: Check<string> = (name, prefix) => {
  const allowed = 'letters, digits and underscores, with no digit first and an underscore last';
  const instead = "for example 'shop_stamina_'";
  if (typeof prefix !== 'string') throw invalid(name, allowed, prefix, instead);
  if (!/^[a-z_]\w*_$/i.test(prefix)) throw invalidRange(name, allowed, show(prefix), instead);
  return prefix;
};

const checkCallables: Check<readonly string[]> = checkThat(
  (names) => Array.isArray(names) && names.every((name) => typeof name === 'string'),
  'an array of names',
  "for example ['loadUser']",
);

const OPTIONS: OptionTable<Settings> = {
  registry: { default: register, check: checkRegistry('leave it out to use that one') },
  prefix: { default: DEFAULT_PREFIX, check: checkPrefix },
  maxRetryNum: {
    default: 10,
    check: checkNumber(isWhole(1), 'an integer of at least 1', 'leave it out for 10, because each number is a series'),
  },
  calls: { default: false, check: checkBoolean },
  callables: { default: [], check: checkCallables },
  maxCallables: { default: DEFAULT_MAX_CALLABLES, check: checkMaxCallables },
  errorType: { default: errorType, check: checkErrorType },
};

/** Checks the options, and fills in the defaults. */
export function resolveOptions(options: unknown): Settings {
  const what = 'options of prometheusHook';
  const instead = 'write prometheusHook({ registry })';
  // A registry is an object too. Without this check, the message would be about one of its fields.
  if (isRegistry(options)) throw invalid(what, 'an object', options, instead);
  return checkOptions(what, options, OPTIONS, instead);
}

/** A registry of prom-client, with any content type. Metrics take a list of them as their option `registers`. */
export type MetricsRegistry = NonNullable<CounterConfiguration<string>['registers']>[number];

/** Returns whether `value` has the methods of a registry. It may come from another copy of prom-client. */
function isRegistry(value: unknown): value is MetricsRegistry {
  return hasMethods(value, 'getSingleMetric', 'registerMetric');
}

/** Makes a check for registries. `instead` is the advice in its message. */
export function checkRegistry(instead: string): Check<MetricsRegistry> {
  return checkThat(isRegistry, 'a Registry of prom-client, such as its `register`', instead);
}
