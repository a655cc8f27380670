// Uses everything that the package exports, as users do. Nothing here runs. It must compile without Node's
// types too, and with the oldest supported TypeScript.
import { type Attributes, type LoggerProvider, logs, type MeterProvider, metrics } from '@opentelemetry/api';
import { addRetryHook, type CallDetails, type Disposer, type RetryListener, retry, retryBudget } from '@stamina/core';
import {
  type EventLogger,
  type EventLoggerProvider,
  type OpenTelemetryHookOptions,
  observeBudget,
  openTelemetryHook,
  resendCount,
} from '@stamina/opentelemetry';
import '@stamina/opentelemetry/register';

/** `true` if both types are the same, and `false` otherwise. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <T extends true>(): T | undefined => undefined;

// The hook

const hook = openTelemetryHook();
expectType<Same<typeof hook, RetryListener>>();
addRetryHook(openTelemetryHook({}));
void retry({ on: Error, ...hook });

const meterProvider: MeterProvider = metrics.getMeterProvider();
const loggerProvider: LoggerProvider = logs.getLoggerProvider();
const options: OpenTelemetryHookOptions = {
  meterProvider,
  loggerProvider,
  metrics: false,
  events: 'span',
  errorType: (error) => (error instanceof RangeError ? 'range' : undefined),
  attributes: ({ name }: CallDetails): Attributes => ({ name }),
  maxCallables: 5,
};
openTelemetryHook(options);
openTelemetryHook({ events: true, attributes: { region: 'eu', zones: ['a', 'b'] } });
openTelemetryHook({ meterProvider: undefined, loggerProvider: undefined, events: undefined, errorType: undefined });

// The provider of a logger that users write themselves

const logger: EventLogger = { emit: ({ eventName, attributes }) => [eventName.length, attributes['error.type']] };
const own: EventLoggerProvider = { getLogger: () => logger };
openTelemetryHook({ loggerProvider: own });

// Budgets

const observer = observeBudget('users', retryBudget());
expectType<Same<typeof observer, Disposer>>();
observer.dispose();

// Repeated requests

const repeated: Attributes = resendCount();
expectType<Same<typeof repeated, Attributes>>();

// The rest must not compile. Each error is expected on a line of its own.

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
