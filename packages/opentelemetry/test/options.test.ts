import { metrics } from '@opentelemetry/api';
import { openTelemetryHook } from '@stamina/opentelemetry';
import { expect, test } from 'vitest';

test.each([
  ['meterProvider', metrics.getMeter('test'), TypeError, '`meterProvider` must be a MeterProvider of OpenTelemetry'],
  ['loggerProvider', {}, TypeError, '`loggerProvider` must be a LoggerProvider of OpenTelemetry, got an object'],
  ['metrics', 'yes', TypeError, '`metrics` must be true or false, got "yes"'],
  ['calls', 1, TypeError, '`calls` must be true or false, got 1'],
  ['events', 'log', TypeError, "`events` must be true, false or 'span', got \"log\"; use 'span'"],
  ['errorType', 'status', TypeError, '`errorType` must be a function, got "status"'],
  ['attributes', 'eu', TypeError, '`attributes` must be an object, or a function that returns one, got "eu"'],
  ['maxCallables', 0, RangeError, '`maxCallables` must be an integer of at least 1, got 0; leave it out for 1000'],
  ['meter', {}, TypeError, '`meter` is not known in options of openTelemetryHook; did you mean `meterProvider`?'],
])('refuses a wrong %s', (name, value, type, message) => {
  const make = () => openTelemetryHook({ [name]: value });
  expect(make).toThrow(type);
  expect(make).toThrow(message);
});

test('takes undefined for the default', () => {
  const names = [
    'meterProvider',
    'loggerProvider',
    'metrics',
    'calls',
    'events',
    'errorType',
    'attributes',
    'maxCallables',
  ];
  const hook = openTelemetryHook(Object.fromEntries(names.map((name) => [name, undefined])));
  expect(Object.keys(hook)).toEqual(['onRetry', 'onGiveUp', 'onRecover']);
});

test('listens to the ends of all calls only if it records them', () => {
  expect(openTelemetryHook({ calls: true })).toHaveProperty('onSettle');
  expect(openTelemetryHook({ calls: true, metrics: false })).not.toHaveProperty('onSettle');
});

test('refuses options that are not an object', () => {
  expect(() => openTelemetryHook('span' as never)).toThrow(
    '`options of openTelemetryHook` must be an object, got "span"; write openTelemetryHook({ events: \'span\' })',
  );
});
