import type { CallDetails, GiveUpReason, RetryListener } from '@stamina/core';
import type { Counter } from 'prom-client';
import { errorType } from './error-type.ts';
import { RetryMetrics } from './metrics.ts';
import { type PrometheusHookOptions, resolveOptions } from './options.ts';

/** The reasons to give up on an error that is retried. `unmatched` is not one of them, because it comes with another error. */
const REASONS: readonly GiveUpReason[] = ['aborted', 'attempts', 'timeout', 'budget'];

/**
 * Makes a hook that counts every retry, give-up and recovery with prom-client.
 *
 * Another hook with the same registry and prefix uses the same metrics, and counts nothing twice.
 *
 * @throws TypeError or RangeError for an option that is not allowed; an Error if the registry has another metric of the
 *   same name
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
      // While the call waits, its possible ends are counted as zeros. Prometheus sees a series grow only if it knows an
      // earlier value. Without the zeros, `rate` and `increase` would miss the first give-up of each process.
      for (const reason of REASONS) metrics.giveUps.inc({ callable, reason, error_type }, 0);
      metrics.recoveries.inc({ callable }, 0);
    },
    onGiveUp(details) {
      const { name: callable, reason, causedBy } = details;
      if (!claim(metrics.retries, details)) return;
      metrics.giveUps.inc({ callable, reason, error_type: errorType(causedBy) });
      // A call may give up before any retry, and the recovered share is calculated from both counters.
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
 * Claims an event for the hook that calls this first, and returns `false` for all later hooks with the same metrics. All
 * hooks get the same `details` object for one event. The claims are stored in the metric, because this package may be
 * loaded as an ES module and as CommonJS, for example by `--import` and `--require`.
 */
function claim(metric: Counter<string> & { [CLAIMED]?: WeakSet<CallDetails> }, details: CallDetails): boolean {
  metric[CLAIMED] ??= new WeakSet();
  if (metric[CLAIMED].has(details)) return false;
  metric[CLAIMED].add(details);
  return true;
}
