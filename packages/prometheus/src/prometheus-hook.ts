import type { CallDetails, GiveUpReason, RetryListener } from '@stamina/core';
import type { Counter } from 'prom-client';
import { RetryMetrics } from './metrics.ts';
import { type PrometheusHookOptions, resolveOptions } from './options.ts';

/**
 * The reasons for giving up that may follow a retry with the same `error_type`. `unmatched` is left out, because it
 * comes with another error than the one that was retried.
 */
const REASONS: readonly GiveUpReason[] = ['aborted', 'attempts', 'deadline', 'timeout', 'budget'];

/**
 * Makes a hook that counts every retry, give-up and recovery with prom-client.
 *
 * The metrics are `stamina_retries_total`, `stamina_give_ups_total`, `stamina_recoveries_total` and the histogram
 * `stamina_retry_wait_seconds`. Several hooks with the same registry and prefix use the same metrics, and count each
 * event once.
 *
 * @param options the `registry` (default: that of prom-client), the `prefix` of the names (`'stamina_'`), and
 *   `maxRetryNum` (10), the highest retry number with a label of its own
 * @throws TypeError or RangeError if an option is not allowed; Error if the registry has another metric of that name
 * @example
 * setRetryHooks([prometheusHook()]);
 */
export function prometheusHook(options: PrometheusHookOptions = {}): RetryListener {
  const { registry, prefix, maxRetryNum } = resolveOptions(options);
  const metrics = new RetryMetrics(registry, prefix);
  metrics.register();

  return {
    onRetry(details) {
      const { name: callable, retryNum, waitFor, causedBy } = details;
      if (!claim(metrics.retries, details)) return;
      const error_type = errorType(causedBy);
      const retry_num = retryNum > maxRetryNum ? `${maxRetryNum}+` : String(retryNum);
      metrics.retries.inc({ callable, retry_num, error_type });
      metrics.waits.observe({ callable }, waitFor / 1_000);
      // While the call waits, the series of its possible ends begin with zeros. Prometheus sees a series grow only if
      // it knows an earlier value. Without the zeros, `rate` and `increase` would miss a process's first give-up.
      for (const reason of REASONS) metrics.giveUps.inc({ callable, reason, error_type }, 0);
      metrics.recoveries.inc({ callable }, 0);
    },
    onGiveUp(details) {
      const { name: callable, reason, causedBy } = details;
      if (!claim(metrics.retries, details)) return;
      metrics.giveUps.inc({ callable, reason, error_type: errorType(causedBy) });
      // The recovered share is calculated from both counters, so both need a series even if nothing was retried.
      metrics.recoveries.inc({ callable }, 0);
    },
    onRecover(details) {
      if (!claim(metrics.retries, details)) return;
      metrics.recoveries.inc({ callable: details.name });
    },
  };
}

const CLAIMED = Symbol.for('@stamina/prometheus/claimed');

/**
 * Claims an event for one hook, so that it is counted once. Returns `true` to the first hook that calls this, and
 * `false` to all later hooks with the same metrics. All hooks get the same `details` object for one event. The claims
 * are stored in the metric, because this package may be loaded twice: as an ES module by `--import`, and as CommonJS by
 * `--require`.
 */
function claim(metric: Counter<string> & { [CLAIMED]?: WeakSet<CallDetails> }, details: CallDetails): boolean {
  metric[CLAIMED] ??= new WeakSet();
  if (metric[CLAIMED].has(details)) return false;
  metric[CLAIMED].add(details);
  return true;
}

/**
 * Returns the label `error_type` for a thrown value: the name of its class, or the result of `typeof` if it is not an
 * object. A program has a limited number of classes, so the number of labels is limited too. The `name` or `code` of an
 * error is not used, because it may be data, such as a part of a response. Each new value would add a series for good.
 */
function errorType(thrown: unknown): string {
  if (thrown === null) return 'null';
  if (typeof thrown !== 'object') return typeof thrown;
  const name = className(thrown);
  return name === 'DOMException' ? domName(thrown as DOMException) : name;
}

/** Returns the name of the class of `value`. A class without a name counts as the class that it extends. */
function className(value: object): string {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'Object';
}

/** Returns `TimeoutError` or `AbortError`, for example. A name without a code may be data, so it is not used. */
function domName({ name, code }: DOMException): string {
  return code > 0 ? name : 'DOMException';
}
