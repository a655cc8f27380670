import api, { type Attributes, trace } from '@opentelemetry/api';
import { SCOPE } from './metrics.ts';

/** The part of a log record that this package writes. */
interface EventRecord {
  eventName: string;
  severityNumber: number;
  severityText: string;
  body: string;
  attributes: Attributes;
}

/** The part of a `Logger` of OpenTelemetry that this package uses. */
export interface EventLogger {
  emit(record: EventRecord): void;
  enabled?(options: { severityNumber: number; eventName: string }): boolean;
}

/** The part of a `LoggerProvider` of OpenTelemetry that this package uses. Every version of it has this part. */
export interface EventLoggerProvider {
  getLogger(name: string, version?: string): EventLogger;
}

/** The levels of events, with their numbers in OpenTelemetry. */
const SEVERITIES = { DEBUG: 5, WARN: 13 };

/** One of the three events. */
export interface Event {
  readonly name: 'stamina.retry.scheduled' | 'stamina.call.gave_up' | 'stamina.call.recovered';
  readonly severity: keyof typeof SEVERITIES;
  /** Describes the event to a person who reads the log. */
  readonly body: string;
  readonly attributes: Attributes;
}

/** Adds an event to the active span. */
export function addSpanEvent({ name, attributes }: Event): void {
  trace.getActiveSpan()?.addEvent(name, attributes);
}

const loggers = new WeakMap<EventLoggerProvider, EventLogger>();

/** Writes an event to the log. By default, this is the log of the current global provider. */
export function logEvent(
  { name: eventName, severity, body, attributes }: Event,
  provider: EventLoggerProvider | undefined = globalLoggerProvider(),
): void {
  if (!provider) return;
  let logger = loggers.get(provider);
  if (!logger) {
    logger = provider.getLogger(...SCOPE);
    loggers.set(provider, logger);
  }
  const severityNumber = SEVERITIES[severity];
  if (logger.enabled?.({ severityNumber, eventName }) === false) return;
  logger.emit({ eventName, severityNumber, severityText: severity, body, attributes });
}

/** The symbol under which `@opentelemetry/api-logs` stores a function that returns the provider for a version. */
const API_LOGS: unique symbol = Symbol.for('io.opentelemetry.js.api.logs') as never;

/**
 * Returns the global logger provider, or `undefined` if there is none. `@opentelemetry/api` has had it since 1.10.
 * Before, it was in the package `@opentelemetry/api-logs`, which may not be installed. A static import of that package
 * would then fail. So this reads the global variable in which the package stores the provider.
 */
function globalLoggerProvider(): EventLoggerProvider | undefined {
  const separate = (globalThis as { [API_LOGS]?(version: number): EventLoggerProvider })[API_LOGS]?.(1);
  return separate ?? (api as Partial<typeof api>).logs?.getLoggerProvider();
}

/** Returns the attributes that the semantic conventions define for an error. Never throws. */
export function exceptionAttributes(error: unknown): Attributes {
  try {
    if (!(error instanceof Object)) return { 'exception.type': typeof error, 'exception.message': String(error) };
    const { name, message, stack } = error as Partial<Error>;
    return {
      // Many error classes have no `name` of their own, and inherit `Error`.
      'exception.type': name === undefined || name === 'Error' ? error.constructor.name : String(name),
      'exception.message': String(message),
      ...(typeof stack === 'string' && { 'exception.stacktrace': stack }),
    };
  } catch {
    return { 'exception.type': 'Object' }; // A getter or a proxy threw.
  }
}
