import { context, logs, trace } from '@opentelemetry/api';
import { logs as olderLogs } from '@opentelemetry/api-logs';
import { type RetryOptions, setRetryHooks } from '@stamina/core';
import { openTelemetryHook } from '@stamina/opentelemetry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callFailing, HttpError, newTelemetry, type Telemetry, unregister } from './support/telemetry.ts';

let telemetry: Telemetry;

beforeEach(() => {
  telemetry = newTelemetry();
  telemetry.register();
});
afterEach(() => {
  setRetryHooks([]);
  unregister();
});

const eventNames = (): (string | undefined)[] => telemetry.logs().map(({ eventName }) => eventName);

describe('as log events', () => {
  beforeEach(() => setRetryHooks([openTelemetryHook()]));

  test('describes a call that recovers', async () => {
    await callFailing([new HttpError(503)], { on: () => 20 });
    expect(telemetry.logs()).toMatchObject([
      {
        eventName: 'stamina.retry.scheduled',
        severityText: 'DEBUG',
        severityNumber: 5,
        body: 'load: retry 1 in 0.02 s after 503',
        attributes: {
          'stamina.callable': 'load',
          'stamina.attempts': 1,
          'stamina.retry.num': 1,
          'stamina.retry.wait': 0.02,
          'error.type': '503',
        },
      },
      {
        eventName: 'stamina.call.recovered',
        severityText: 'DEBUG',
        severityNumber: 5,
        body: 'load: recovered after 2 attempts',
        attributes: { 'stamina.callable': 'load', 'stamina.attempts': 2, 'stamina.call.duration': expect.any(Number) },
      },
    ]);
  });

  test('describes a call that gives up, and its exception once', async () => {
    const error = await callFailing([new HttpError(503), new HttpError(500)], { attempts: 2 });
    expect(eventNames()).toEqual(['stamina.retry.scheduled', 'stamina.call.gave_up']);
    const [scheduled, gaveUp] = telemetry.logs();
    expect(Object.keys(scheduled?.attributes ?? {})).not.toContain('exception.message');
    expect(gaveUp).toMatchObject({
      severityText: 'WARN',
      severityNumber: 13,
      body: 'load: gave up after 2 attempts (attempts)',
      attributes: {
        'stamina.callable': 'load',
        'stamina.attempts': 2,
        'stamina.give_up.reason': 'attempts',
        'stamina.call.duration': expect.any(Number),
        'error.type': '500',
        'exception.type': 'HttpError',
        'exception.message': 'status 500',
        'exception.stacktrace': (error as Error).stack,
      },
    });
  });

  test('reports an abort at DEBUG, because somebody wanted it', async () => {
    const controller = new AbortController();
    const on = () => {
      controller.abort();
      return 0;
    };
    await callFailing([new HttpError(503)], { on, signal: controller.signal });
    expect(telemetry.logs()).toMatchObject([
      { eventName: 'stamina.call.gave_up', severityText: 'DEBUG', attributes: { 'stamina.give_up.reason': 'aborted' } },
    ]);
  });

  test.each<[reason: string, severity: string, options: Partial<RetryOptions>]>([
    ['stopped', 'DEBUG', { stop: AbortSignal.abort() }],
    ['deadline', 'WARN', { on: () => 60_000, deadline: 10 }],
    ['timeout', 'WARN', { on: () => 60_000, timeout: 1_000 }],
  ])('reports a call that ended because of the reason %s at %s', async (reason, severity, options) => {
    await callFailing([new HttpError(503)], options);
    expect(telemetry.logs()).toMatchObject([
      {
        eventName: 'stamina.call.gave_up',
        severityText: severity,
        body: `load: gave up after 1 attempt (${reason})`,
        attributes: { 'stamina.give_up.reason': reason, 'error.type': '503' },
      },
    ]);
  });

  test('belongs to the active span', async () => {
    const span = trace.getTracer('test').startSpan('request');
    const within = trace.setSpan(context.active(), span);
    await context.with(within, () => callFailing([new HttpError(503)], { on: () => 5 }));
    const ids = telemetry.logs().map(({ spanContext }) => spanContext?.spanId);
    expect(ids).toEqual([span.spanContext().spanId, span.spanContext().spanId]);
  });

  test.each([
    ['a timeout', new DOMException('late', 'TimeoutError'), { 'exception.type': 'TimeoutError' }],
    ['text', 'gone', { 'exception.type': 'string', 'exception.message': 'gone' }],
    ['nothing', undefined, { 'exception.type': 'undefined', 'exception.message': 'undefined' }],
    [
      'an error that cannot be read',
      Object.defineProperty(new Error('no'), 'message', {
        get() {
          throw new Error('not readable');
        },
      }),
      { 'exception.type': 'Object' },
    ],
  ])('describes %s that was thrown', async (_, thrown, expected) => {
    await callFailing([thrown], { attempts: 1 });
    expect(telemetry.logs()).toMatchObject([{ attributes: expected }]);
  });

  test('starts no span of its own', async () => {
    await callFailing([new HttpError(503)]);
    expect(telemetry.spans()).toEqual([]);
  });
});

test('keeps whole names in events, because they add no series', async () => {
  setRetryHooks([openTelemetryHook({ maxCallables: 1 })]);
  await callFailing([new HttpError(503)], { name: 'a' });
  await callFailing([new HttpError(503)], { name: 'b' });
  expect(telemetry.logs().map(({ attributes }) => attributes['stamina.callable'])).toEqual(['a', 'a', 'b', 'b']);
});

test('adds attributes of the user', async () => {
  setRetryHooks([openTelemetryHook({ attributes: { region: 'eu' } })]);
  await callFailing([new HttpError(503)]);
  expect(telemetry.logs().map(({ attributes }) => attributes.region)).toEqual(['eu', 'eu']);
});

test('adds events to the active span instead', async () => {
  setRetryHooks([openTelemetryHook({ events: 'span' })]);
  await trace.getTracer('test').startActiveSpan('request', async (span) => {
    await callFailing([new HttpError(503)], { on: () => 5 });
    span.end();
  });
  expect(telemetry.logs()).toEqual([]);
  expect(telemetry.spans().flatMap(({ events }) => events)).toMatchObject([
    { name: 'stamina.retry.scheduled', attributes: { 'stamina.callable': 'load', 'error.type': '503' } },
    { name: 'stamina.call.recovered', attributes: { 'stamina.callable': 'load', 'stamina.attempts': 2 } },
  ]);
});

test('needs no active span', async () => {
  setRetryHooks([openTelemetryHook({ events: 'span' })]);
  await callFailing([new HttpError(503)]);
  expect(telemetry.logs()).toEqual([]);
});

test('writes no events if they are switched off', async () => {
  setRetryHooks([openTelemetryHook({ events: false })]);
  await callFailing([new HttpError(503)]);
  expect(telemetry.logs()).toEqual([]);
});

describe('the provider of the logger', () => {
  test('may be given', async () => {
    const { loggerProvider, logs: own } = newTelemetry();
    setRetryHooks([openTelemetryHook({ loggerProvider })]);
    await callFailing([new HttpError(503)]);
    expect(telemetry.logs()).toEqual([]);
    expect(own()).toHaveLength(2);
  });

  test('may be registered later', async () => {
    unregister();
    setRetryHooks([openTelemetryHook()]);
    await callFailing([new HttpError(503)]);
    logs.setGlobalLoggerProvider(telemetry.loggerProvider);
    await callFailing([new HttpError(503)]);
    expect(telemetry.logs()).toHaveLength(2);
  });

  test('may be that of @opentelemetry/api-logs, as before version 1.10 of the API', async () => {
    unregister();
    setRetryHooks([openTelemetryHook()]);
    olderLogs.setGlobalLoggerProvider(telemetry.loggerProvider as never);
    await callFailing([new HttpError(503)]);
    olderLogs.disable();
    expect(telemetry.logs()).toHaveLength(2);
  });

  test('gets no event of a level that it does not log', async () => {
    const emitted: unknown[] = [];
    const logger = {
      enabled: ({ severityNumber }: { severityNumber: number }) => severityNumber >= 13,
      emit: (record: { eventName: string }) => emitted.push(record.eventName),
    };
    setRetryHooks([openTelemetryHook({ loggerProvider: { getLogger: () => logger } })]);
    await callFailing([new HttpError(503), new HttpError(503)], { attempts: 2 });
    expect(emitted).toEqual(['stamina.call.gave_up']);
  });
});
