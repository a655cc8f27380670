/**
 * Note retries on the span that they happen in, and the span in their log lines.
 * Run this with `npx pnpm@12 exec node docs/examples/opentelemetry.ts`.
 */
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { retry, setRetryHooks } from '@stamina/core';
import { openTelemetryHook } from '@stamina/opentelemetry';
import { pinoHook } from '@stamina/pino';
import { flakyServer } from '@stamina/testing';
import { pino } from 'pino';
import { HttpError, isWorthRetrying } from './http-error.ts';

// 1. The hooks. They are called in the context of the call, so the active span is the one that the call is part of.

// Log lines get the ids of the trace and the span too, because pino calls a mixin for more fields whenever it writes a line.
const mixin = (): object => {
  const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
  return { trace_id: traceId, span_id: spanId };
};
// The rest keeps the lines of this example short.
const logger = pino({ mixin, base: null, timestamp: false, serializers: { err: String } }, pino.destination());

setRetryHooks([openTelemetryHook({ events: 'span' }), pinoHook(logger)]);

// 2. A service with the SDK of OpenTelemetry. The exporter keeps spans, to show them; yours sends them somewhere.

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracer = trace.getTracer('shop');

const policy = retry({ on: isWorthRetrying, attempts: 3, waitInitial: 10, waitJitter: 10 });
const get = policy(async function get(url: string) {
  const response = await fetch(url);
  if (!response.ok) throw new HttpError(response);
});

// The server never answers with orders, and with users only when it is asked again. Both requests are made at the same time.
const asked = new Set<string>();
await using server = await flakyServer(({ path }) => {
  const again = asked.has(path);
  asked.add(path);
  return again && path === '/users' ? {} : { status: 503 };
});
await Promise.all(
  ['/users', '/orders'].map((path) =>
    tracer.startActiveSpan(`GET ${path}`, async (span) => {
      await get(server.url + path).catch(() => undefined);
      span.end();
    }),
  ),
);

// 3. What the exporter got.

for (const span of exporter.getFinishedSpans()) {
  console.log(`${span.name}, span ${span.spanContext().spanId}`);
  for (const { name, attributes: { 'exception.stacktrace': _, ...rest } = {} } of span.events) {
    console.log(`  ${name} ${JSON.stringify(rest)}`);
  }
}
