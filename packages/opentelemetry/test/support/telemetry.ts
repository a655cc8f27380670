// The SDK of OpenTelemetry, with exporters that keep everything in memory.
import { context, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type RetryOptions, retry } from '@stamina/core';

export interface Telemetry {
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  readonly tracerProvider: TracerProvider;
  /** Makes the providers the global ones. */
  register(): void;
  /** Collects all metrics of our scope. */
  metrics(): Promise<readonly MetricData[]>;
  /**
   * Collects one metric. Returns its values by its attributes, which are written as `callable=load error.type=503`. The
   * prefix `stamina.` is left out.
   */
  values(name: string): Promise<Record<string, unknown>>;
  readonly logs: () => readonly ReadableLogRecord[];
  readonly spans: () => readonly ReadableSpan[];
}

export function newTelemetry(): Telemetry {
  // Its timer never fires during a test.
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 3_600_000,
  });
  const logExporter = new InMemoryLogRecordExporter();
  const spanExporter = new InMemorySpanExporter();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: logExporter })],
  });
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });

  const telemetry: Telemetry = {
    meterProvider,
    loggerProvider,
    tracerProvider,
    register() {
      metrics.setGlobalMeterProvider(meterProvider);
      logs.setGlobalLoggerProvider(loggerProvider);
      trace.setGlobalTracerProvider(tracerProvider);
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    },
    async metrics() {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .filter(({ scope }) => scope.name === '@stamina/opentelemetry')
        .flatMap((scope) => scope.metrics);
    },
    async values(name) {
      const metric = (await telemetry.metrics()).find(({ descriptor }) => descriptor.name === name);
      const points = metric?.dataPoints ?? [];
      return Object.fromEntries(points.map(({ attributes, value }) => [keyOf(attributes), value]));
    },
    logs: () => logExporter.getFinishedLogRecords(),
    spans: () => spanExporter.getFinishedSpans(),
  };
  return telemetry;
}

/** Removes all global providers. */
export function unregister(): void {
  for (const api of [metrics, logs, trace, context]) api.disable();
}

function keyOf(attributes: object): string {
  const pairs = Object.entries(attributes).map((pair) => pair.join('='));
  return pairs.join(' ').replaceAll('stamina.', '');
}

export class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Makes a call whose first attempts fail with these errors, in turn. Resolves with the error that the call throws. */
export async function callFailing(errors: readonly unknown[], options: Partial<RetryOptions> = {}): Promise<unknown> {
  const left = [...errors];
  const call = retry({ on: () => 0, name: 'load', ...options }).run(() => {
    if (left.length > 0) throw left.shift();
  });
  return call.catch((error: unknown) => error);
}
