import type { GiveUpReason, RetryDetails, RetryListener } from '@stamina/core';
import type { Counter } from 'prom-client';
import { errorType } from './error-type.ts';
import { RetryMetrics } from './metrics.ts';
import { type PrometheusHookOptions, resolveOptions } from './options.ts';

/** Why a call may give up over the very error that is retried: all reasons but `unmatched`. */
const REASONS: readonly GiveUpReason[] = ['aborted', 'attempts', 'timeout', 'budget'];

/**
 * Count every retry, give-up and recovery with prom-client.
 *
 * Another hook with the same registry and prefix uses the same metrics, and counts nothing twice.
 *
 * @throws TypeError or RangeError for an option that is not allowed; an Error where the registry has another metric of that name
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
      // How the call may end, as zeros, while it waits: Prometheus sees a series grow, but not how it begins, and the
      // first give-up in each process would be lost to `rate` and `increase`.
      for (const reason of REASONS) metrics.giveUps.inc({ callable, reason, error_type }, 0);
      metrics.recoveries.inc({ callable }, 0);
    },
    onGiveUp(details) {
      const { name: callable, reason, causedBy } = details;
      if (!claim(metrics.retries, details)) return;
      metrics.giveUps.inc({ callable, reason, error_type: errorType(causedBy) });
      // A call may give up before any retry; a share needs both of its parts.
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
 * Whether nobody has counted this event in these metrics yet. All hooks are told of it by the same object. The metric
 * remembers, as the ES module and the CommonJS of this package may both be loaded: by `--import` and `--require`, say.
 */
function claim(metric: Counter<string> & { [CLAIMED]?: WeakSet<RetryDetails> }, details: RetryDetails): boolean {
  metric[CLAIMED] ??= new WeakSet();
  if (metric[CLAIMED].has(details)) return false;
  metric[CLAIMED].add(details);
  return true;
}
