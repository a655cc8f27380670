// This code must not compile. Each error is expected on a line of its own.
import { metrics } from '@opentelemetry/api';
import { retryBudget } from '@stamina/core';
import { type OpenTelemetryHookOptions, observeBudget, openTelemetryHook } from '@stamina/opentelemetry';

// @ts-expect-error The provider is an option, not the first parameter.
openTelemetryHook(metrics.getMeterProvider());
// @ts-expect-error A meter is no provider.
openTelemetryHook({ meterProvider: metrics.getMeter('shop') });
// @ts-expect-error The option is misspelt.
openTelemetryHook({ event: 'span' });
// @ts-expect-error There are no such events.
openTelemetryHook({ events: 'log' });
// @ts-expect-error The number of names is a number.
openTelemetryHook({ maxCallables: '5' });
// @ts-expect-error The type of an error is a string.
openTelemetryHook({ errorType: () => 503 });
// @ts-expect-error Attributes are an object.
openTelemetryHook({ attributes: 'eu' });
// @ts-expect-error There is one parameter only.
openTelemetryHook({}, {});

// @ts-expect-error The name comes first.
observeBudget(retryBudget(), 'users');
// @ts-expect-error The name is required.
observeBudget(retryBudget());

export function misuse(options: OpenTelemetryHookOptions): void {
  // @ts-expect-error Options are read-only.
  options.events = false;
}
