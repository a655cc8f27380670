import { checkKeys, invalid } from './invalid.ts';
import { isRegistry, type MetricsRegistry, resolveRegistry } from './registry.ts';

/** Where and how retries are counted. `undefined` stands for the default. */
export interface PrometheusHookOptions {
  /** Where the metrics are registered. Default: `register` of prom-client. */
  readonly registry?: MetricsRegistry | undefined;
  /** What the names of the metrics begin with: letters, digits and underscores, the last one an underscore. Default `'stamina_'`. */
  readonly prefix?: string | undefined;
  /** Retries are counted by their number up to this one, and all later ones together: an integer ≥ 1. Default 10. */
  readonly maxRetryNum?: number | undefined;
}

export const DEFAULT_PREFIX = 'stamina_';
const OPTIONS: readonly (keyof PrometheusHookOptions)[] = ['registry', 'prefix', 'maxRetryNum'];

/** Checks the options, and fills in the defaults. */
export function resolveOptions(options: unknown): {
  readonly registry: MetricsRegistry;
  readonly prefix: string;
  readonly maxRetryNum: number;
} {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || isRegistry(options)) {
    throw invalid('options', 'an object', options, 'write prometheusHook({ registry })');
  }
  checkKeys('options of prometheusHook', options, OPTIONS);
  const { registry, prefix = DEFAULT_PREFIX, maxRetryNum = 10 } = options as Record<string, unknown>;
  return {
    registry: resolveRegistry(registry, 'leave it out for that one'),
    prefix: checkPrefix(prefix),
    maxRetryNum: checkMaxRetryNum(maxRetryNum),
  };
}

/** A metric's name may hold colons, too, but those are for recording rules. */
function checkPrefix(prefix: unknown): string {
  const allowed = 'letters, digits and underscores that begin with no digit and end in an underscore';
  const complaint = (Complaint: ErrorConstructor): Error =>
    invalid('prefix', allowed, prefix, "for example 'shop_stamina_'", Complaint);
  if (typeof prefix !== 'string') throw complaint(TypeError);
  if (!/^[a-z_]\w*_$/i.test(prefix)) throw complaint(RangeError);
  return prefix;
}

function checkMaxRetryNum(maxRetryNum: unknown): number {
  const complaint = (Complaint: ErrorConstructor): Error =>
    invalid(
      'maxRetryNum',
      'an integer of at least 1',
      maxRetryNum,
      'each number is a series; leave it out for 10',
      Complaint,
    );
  if (typeof maxRetryNum !== 'number' || Number.isNaN(maxRetryNum)) throw complaint(TypeError);
  if (!Number.isInteger(maxRetryNum) || maxRetryNum < 1) throw complaint(RangeError);
  return maxRetryNum;
}
