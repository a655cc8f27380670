import type { Attributes, MeterProvider } from '@opentelemetry/api';
import type { CallDetails } from '@stamina/core';
import { checkErrorType, checkMaxCallables, DEFAULT_MAX_CALLABLES, type ErrorType, errorType } from '@stamina/labels';
import { type Check, checkBoolean, checkOptions, checkThat, hasMethods, type OptionTable } from '@stamina/validation';
import type { EventLoggerProvider } from './events.ts';

/** Options of `openTelemetryHook`. `undefined` means the default. */
export interface OpenTelemetryHookOptions {
  /**
   * The provider of the meter. Default: the global one. It is looked up for each event, so the SDK may be started
   * later.
   */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * The provider of the logger. Default: the global one of `@opentelemetry/api`, or that of `@opentelemetry/api-logs`.
   * It is looked up for each event.
   */
  readonly loggerProvider?: EventLoggerProvider | undefined;
  /** Records metrics. Default true. */
  readonly metrics?: boolean | undefined;
  /**
   * Also records calls that are never retried in `stamina.call.retries` and `stamina.call.duration`. Then their counts
   * are those of all calls, so that you can calculate a share. Each call costs more. Default false.
   */
  readonly calls?: boolean | undefined;
  /**
   * Reports each retry, give-up and recovery as an event. `true` makes log events, `'span'` makes events of the active
   * span, and `false` makes none. Default true.
   */
  readonly events?: boolean | 'span' | undefined;
  /**
   * Returns the attribute `error.type` for an error. If it returns `undefined`, the default applies. Default: the HTTP
   * status of the error, such as `503`, or a well-known code of it or of its cause, such as `ECONNREFUSED`, or the name
   * of its class. Return few different values, because each adds series to the metrics.
   */
  readonly errorType?: ((error: unknown) => string | undefined) | undefined;
  /**
   * Attributes to add to all metrics and events, or a function that returns them for a call. Return few different
   * values. Default: none.
   */
  readonly attributes?: Attributes | ((details: CallDetails) => Attributes | undefined) | undefined;
  /**
   * The highest number of names that metrics tell apart. Calls with further names are counted together as `_OTHER`. An
   * integer ≥ 1. Default 1000.
   */
  readonly maxCallables?: number | undefined;
}

/** The checked options, with the defaults filled in. */
export interface Settings {
  readonly meterProvider: MeterProvider | undefined;
  readonly loggerProvider: EventLoggerProvider | undefined;
  readonly metrics: boolean;
  readonly calls: boolean;
  readonly events: boolean | 'span';
  readonly errorType: ErrorType;
  readonly attributes: (details: CallDetails) => Attributes | undefined;
  readonly maxCallables: number;
}

const checkMeterProvider: Check<MeterProvider> = checkThat(
  (value) => hasMethods(value, 'getMeter'),
  'a MeterProvider of OpenTelemetry',
  'leave it out for the global one',
);

const checkLoggerProvider: Check<EventLoggerProvider> = checkThat(
  (value) => hasMethods(value, 'getLogger'),
  'a LoggerProvider of OpenTelemetry',
  'leave it out for the global one',
);

const checkEvents: Check<boolean | 'span'> = checkThat(
  (value) => typeof value === 'boolean' || value === 'span',
  "true, false or 'span'",
  "use 'span' for events of the active span",
);

const checkAttributes: Check<Settings['attributes']> = (name, value) => {
  const isAllowed = (given: unknown): boolean =>
    typeof given === 'function' || (typeof given === 'object' && given !== null && !Array.isArray(given));
  const attributes: any = checkThat(isAllowed, 'an object, or a function that returns one')(name, value);
  return typeof attributes === 'function' ? attributes : () => attributes;
};

const OPTIONS: OptionTable<Settings> = {
  meterProvider: { check: checkMeterProvider },
  loggerProvider: { check: checkLoggerProvider },
  metrics: { default: true, check: checkBoolean },
  calls: { default: false, check: checkBoolean },
  events: { default: true, check: checkEvents },
  errorType: { default: errorType, check: checkErrorType },
  attributes: { default: () => undefined, check: checkAttributes },
  maxCallables: { default: DEFAULT_MAX_CALLABLES, check: checkMaxCallables },
};

/** Checks the options, and fills in the defaults. */
export function resolveOptions(options: unknown): Settings {
  return checkOptions('options of openTelemetryHook', options, OPTIONS, "write openTelemetryHook({ events: 'span' })");
}
