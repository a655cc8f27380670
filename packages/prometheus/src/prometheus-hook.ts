import type { CallDetails, GiveUpDetails, RecoverDetails, RetryDetails, RetryListener } from '@stamina/core';
import { limitCallables, outcomeOf } from '@stamina/labels';
import type { Gauge, Metric } from 'prom-client';
import { MetricsOf } from './metrics.ts';
import { type PrometheusHookOptions, resolveOptions } from './options.ts';

/**
 * Makes a hook that counts every retry, give-up and recovery with prom-client.
 *
 * The metrics are `stamina_retries_total`, `stamina_give_ups_total`, `stamina_give_up_errors_total`,
 * `stamina_recoveries_total` and the histogram `stamina_retry_wait_seconds`. With `calls: true` there are also
 * `stamina_calls_total`, the histogram `stamina_call_duration_seconds` and the gauge `stamina_retry_waiting`. Several
 * hooks with the same registry and prefix use the same metrics, and count each event once.
 *
 * @param options the `registry` (default: that of prom-client), the `prefix` of the names (`'stamina_'`), `calls`
 *   (false), which counts and times every call, `callables` ([]), whose counters begin with zero at once,
 *   `maxRetryNum` (10), the highest retry number with a label of its own, `maxCallables` (1,000), the number of
 *   callables with labels of their own, and `errorType`, which names errors
 * @throws TypeError or RangeError if an option is not allowed; Error if the registry has another metric of that name
 * @example
 * setRetryHooks([prometheusHook({ callables: ['loadUser'] })]);
 */
export function prometheusHook(options: PrometheusHookOptions = {}): RetryListener {
  const { registry, prefix, maxRetryNum, calls, callables, maxCallables, errorType } = resolveOptions(options);
  const metrics = new MetricsOf(registry, prefix, calls);
  metrics.register();
  const limit = limitCallables(maxCallables);
  for (const name of callables) metrics.begin(limit(name));

  /** Claims an event, and returns the callable of its call, or `undefined` if another hook has counted the event. */
  const claimed = (details: CallDetails): string | undefined => {
    if (!claim(metrics.get('retries_total'), details)) return undefined;
    const callable = limit(details.name);
    metrics.begin(callable);
    return callable;
  };

  const hook = {
    onRetry(details: RetryDetails): void {
      const callable = claimed(details);
      if (callable === undefined) return;
      const { retryNum, waitFor, causedBy } = details;
      const retry_num = retryNum > maxRetryNum ? `${maxRetryNum}+` : String(retryNum);
      metrics.get('retries_total').inc({ callable, retry_num, error_type: errorType(causedBy) });
      metrics.get('retry_wait_seconds').observe({ callable }, waitFor / 1_000);
    },
    onGiveUp(details: GiveUpDetails): void {
      const callable = claimed(details);
      if (callable === undefined) return;
      metrics.get('give_ups_total').inc({ callable, reason: details.reason });
      // The last error is not the reason why a call was aborted.
      if (outcomeOf(details.reason, details.attempt) === 'aborted') return;
      metrics.get('give_up_errors_total').inc({ callable, error_type: errorType(details.causedBy) });
    },
    onRecover(details: RecoverDetails): void {
      const callable = claimed(details);
      if (callable !== undefined) metrics.get('recoveries_total').inc({ callable });
    },
  };
  if (!calls) return hook;
  return {
    ...hook,
    onRetry(details) {
      hook.onRetry(details);
      // Another hook, without the option, may have claimed the retry. So the gauge has claims of its own.
      const waiting = metrics.get('retry_waiting');
      return claim(waiting, details) ? countWait(waiting, limit(details.name)) : undefined;
    },
    onSettle(details) {
      const callable = claimed(details);
      if (callable === undefined) return;
      const { reason, attempt, elapsed } = details;
      const outcome = outcomeOf(reason, attempt);
      metrics.get('calls_total').inc({ callable, outcome });
      metrics.get('call_duration_seconds').observe({ callable, outcome }, elapsed / 1_000);
    },
  };
}

/** Counts a call that waits, until the disposable that this returns is disposed of. */
function countWait(waiting: Gauge<'callable'>, callable: string): { dispose(): void } {
  waiting.inc({ callable });
  return { dispose: () => waiting.dec({ callable }) };
}

const CLAIMED = Symbol.for('@stamina/prometheus/claimed');

/**
 * The newest claims. Adding to a small `WeakSet` takes a third of the time that a large one takes. So there are two small
 * sets. When `newer` is full, it becomes `older`, and the previous `older` is dropped.
 */
interface Claims {
  newer: WeakSet<CallDetails>;
  older: WeakSet<CallDetails>;
  /** The number of claims in `newer`. */
  count: number;
}

/**
 * The size of a full set. A claim is remembered until at least 64 others have followed. One event reaches all hooks one
 * right after the other, so only events that a hook itself causes come in between.
 */
const FULL = 64;

/**
 * Claims an event for one hook, so that it is counted once. Returns `true` to the first hook that calls this, and
 * `false` to all later hooks with the same metrics. All hooks get the same `details` object for one event. The claims
 * are stored in the metric, because this package may be loaded twice: as an ES module by `--import`, and as CommonJS by
 * `--require`.
 */
function claim(metric: Metric & { [CLAIMED]?: Claims }, details: CallDetails): boolean {
  metric[CLAIMED] ??= { newer: new WeakSet(), older: new WeakSet(), count: 0 };
  const claims = metric[CLAIMED];
  if (claims.newer.has(details) || claims.older.has(details)) return false;
  if (claims.count === FULL) Object.assign(claims, { newer: new WeakSet(), older: claims.newer, count: 0 });
  claims.newer.add(details);
  claims.count++;
  return true;
}
