import type { Attributes } from '@opentelemetry/api';
import type { CallDetails, RecoverDetails, RetryListener, SettleDetails } from '@stamina/core';
import { limitCallables, outcomeOf } from '@stamina/labels';
import { addSpanEvent, type Event, exceptionAttributes, logEvent } from './events.ts';
import { instrumentsOf } from './metrics.ts';
import { type OpenTelemetryHookOptions, resolveOptions } from './options.ts';

/**
 * Makes a hook that reports every retry, give-up and recovery to OpenTelemetry, as metrics and as log events.
 *
 * @param options the providers (default: the global ones), which signals to send (`metrics`, `events`), and the
 *   attributes
 * @throws TypeError or RangeError if an option is not allowed
 * @example
 * setRetryHooks([openTelemetryHook()]);
 */
export function openTelemetryHook(options: OpenTelemetryHookOptions = {}): RetryListener {
  const settings = resolveOptions(options);
  const { meterProvider, loggerProvider, errorType } = settings;
  const callable = limitCallables(settings.maxCallables);
  // The instruments of a given provider are made at once, so that it reports budgets before anything is retried.
  const instruments = settings.metrics ? () => instrumentsOf(meterProvider) : undefined;
  if (meterProvider) instruments?.();

  /** Returns the attributes that all metrics of a call have. */
  const metricAttributes = (details: CallDetails): Attributes => ({
    ...settings.attributes(details),
    'stamina.callable': callable(details.name),
  });

  const report = (details: CallDetails, { attributes, ...event }: Event): void => {
    if (settings.events === false) return;
    const { name, attempt } = details;
    const common = { ...settings.attributes(details), 'stamina.callable': name, 'stamina.attempts': attempt };
    const whole = { ...event, attributes: { ...common, ...attributes } };
    if (settings.events === 'span') addSpanEvent(whole);
    else logEvent(whole, loggerProvider);
  };

  const recordEnd = (details: RecoverDetails & Partial<Pick<SettleDetails, 'reason'>>): void => {
    const found = instruments?.();
    if (!found) return;
    const { attempt, elapsed, reason, causedBy } = details;
    const attributes = {
      ...metricAttributes(details),
      'stamina.outcome': outcomeOf(reason, attempt),
      ...(reason && { 'stamina.give_up.reason': reason, 'error.type': errorType(causedBy) }),
    };
    found.callRetries.record(attempt - 1, attributes);
    found.callDuration.record(elapsed / 1_000, attributes);
  };
  const { calls } = settings;

  return {
    onRetry(details) {
      const { name, retryNum, causedBy } = details;
      const type = errorType(causedBy);
      const wait = details.waitFor / 1_000;
      report(details, {
        name: 'stamina.retry.scheduled',
        severity: 'DEBUG',
        body: `${name}: retry ${retryNum} in ${wait.toFixed(2)} s after ${type}`,
        attributes: { 'error.type': type, 'stamina.retry.num': retryNum, 'stamina.retry.wait': wait },
      });
      const found = instruments?.();
      if (!found) return undefined;
      const attributes = metricAttributes(details);
      found.retries.add(1, { ...attributes, 'error.type': type });
      found.waits.record(wait, attributes);
      found.waiting.add(1, attributes);
      return { dispose: () => found.waiting.add(-1, attributes) };
    },
    onGiveUp(details) {
      const { name, attempt, reason, causedBy } = details;
      report(details, {
        name: 'stamina.call.gave_up',
        // The caller wanted the call to end, so this is no reason for a warning.
        severity: outcomeOf(reason, attempt) === 'aborted' ? 'DEBUG' : 'WARN',
        body: `${name}: gave up after ${attempt === 1 ? '1 attempt' : `${attempt} attempts`} (${reason})`,
        attributes: {
          'stamina.give_up.reason': reason,
          'error.type': errorType(causedBy),
          ...durationOf(details),
          ...exceptionAttributes(causedBy),
        },
      });
      if (!calls) recordEnd(details);
    },
    onRecover(details) {
      const { name, attempt } = details;
      report(details, {
        name: 'stamina.call.recovered',
        severity: 'DEBUG',
        body: `${name}: recovered after ${attempt} attempts`,
        attributes: durationOf(details),
      });
      if (!calls) recordEnd(details);
    },
    // While a hook has this method, each call costs more.
    ...(calls && settings.metrics && { onSettle: recordEnd }),
  };
}

function durationOf({ elapsed }: RecoverDetails): Attributes {
  return { 'stamina.call.duration': elapsed / 1_000 };
}
