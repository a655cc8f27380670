import { metrics } from '@opentelemetry/api';
import { type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { observeBudget, openTelemetryHook } from '@stamina/opentelemetry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callFailing, HttpError, newTelemetry, type Telemetry, unregister } from './support/telemetry.ts';

let telemetry: Telemetry;

beforeEach(() => {
  telemetry = newTelemetry();
  setRetryHooks([openTelemetryHook({ meterProvider: telemetry.meterProvider })]);
});
afterEach(() => {
  setRetryHooks([]);
  unregister();
});

const refused = (): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });

test('counts each retry by callable and type of error', async () => {
  await callFailing([new HttpError(503), refused()]);
  await callFailing([new HttpError(429)]);
  await callFailing([new HttpError(503)], { name: 'save' });
  expect(await telemetry.values('stamina.retries')).toEqual({
    'callable=load error.type=503': 1,
    'callable=load error.type=ECONNREFUSED': 1,
    'callable=load error.type=429': 1,
    'callable=save error.type=503': 1,
  });
});

test('records the retries and the duration of each call that was retried', async () => {
  await callFailing([]);
  await callFailing([new HttpError(503)]);
  await callFailing([new HttpError(503), new HttpError(503)]);
  await callFailing([new HttpError(503), refused()], { attempts: 2 });
  expect(await telemetry.values('stamina.call.retries')).toEqual({
    'callable=load outcome=recovered': expect.objectContaining({ count: 2, sum: 3 }),
    'callable=load outcome=gave_up give_up.reason=attempts error.type=ECONNREFUSED': expect.objectContaining({
      count: 1,
      sum: 1,
    }),
  });
  expect(await telemetry.values('stamina.call.duration')).toEqual({
    'callable=load outcome=recovered': expect.objectContaining({ count: 2 }),
    'callable=load outcome=gave_up give_up.reason=attempts error.type=ECONNREFUSED': expect.objectContaining({
      count: 1,
    }),
  });
});

const later = () => 60_000;
test.each<[reason: string, outcome: string, options: Partial<RetryOptions>]>([
  ['attempts', 'gave_up', { attempts: 1 }],
  ['timeout', 'gave_up', { on: later, timeout: 1_000 }],
  ['deadline', 'gave_up', { on: later, deadline: 10 }],
  ['budget', 'gave_up', { budget: retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 }) }],
  ['stopped', 'aborted', { stop: AbortSignal.abort() }],
])('records give-ups with the reason %s as %s', async (reason, outcome, options) => {
  await callFailing([new HttpError(503)], options);
  expect(Object.keys(await telemetry.values('stamina.call.retries'))).toEqual([
    `callable=load outcome=${outcome} give_up.reason=${reason} error.type=503`,
  ]);
});

test('records a call that was aborted, and one whose retry failed with another error', async () => {
  const controller = new AbortController();
  const on = () => {
    controller.abort();
    return 0;
  };
  await callFailing([new HttpError(503)], { on, signal: controller.signal });
  await callFailing([new HttpError(503), new RangeError('mine')], { on: HttpError, waitMax: 0 });
  expect(Object.keys(await telemetry.values('stamina.call.retries'))).toEqual([
    'callable=load outcome=aborted give_up.reason=aborted error.type=503',
    'callable=load outcome=unmatched give_up.reason=unmatched error.type=RangeError',
  ]);
});

test('records waits and durations in seconds', async () => {
  await callFailing([new HttpError(503)], { on: () => 20 });
  expect(await telemetry.values('stamina.retry.wait')).toEqual({
    'callable=load': expect.objectContaining({ count: 1, sum: 0.02 }),
  });
  const durations = await telemetry.values('stamina.call.duration');
  const { sum } = durations['callable=load outcome=recovered'] as { sum: number };
  expect(sum).toBeGreaterThan(0.019);
  expect(sum).toBeLessThan(5);
});

test('counts the calls that wait', async () => {
  const controller = new AbortController();
  const waiting = ['first', 'second'].map(() =>
    callFailing([new HttpError(503)], { on: () => 60_000, timeout: Infinity, signal: controller.signal }),
  );
  await expect.poll(() => telemetry.values('stamina.retry.waiting')).toEqual({ 'callable=load': 2 });
  controller.abort();
  await Promise.all(waiting);
  expect(await telemetry.values('stamina.retry.waiting')).toEqual({ 'callable=load': 0 });
});

test('counts no call as waiting after it recovered or gave up', async () => {
  await callFailing([new HttpError(503)]);
  await callFailing([new HttpError(503), new HttpError(503)], { attempts: 2, waitMax: 1 });
  expect(await telemetry.values('stamina.retry.waiting')).toEqual({ 'callable=load': 0 });
});

test('names units and buckets', async () => {
  const dispose = observeBudget('users', retryBudget());
  await callFailing([new HttpError(503)]);
  const found = await telemetry.metrics();
  dispose.dispose();
  const described = found.map(({ descriptor, dataPoints }) => {
    const [point] = dataPoints;
    const bounds = typeof point?.value === 'object' && 'buckets' in point.value && point.value.buckets.boundaries;
    return [descriptor.name, descriptor.unit, bounds && `${bounds[0]} to ${bounds.at(-1)}`];
  });
  expect(described.sort()).toEqual([
    ['stamina.budget.balance', '{retry}', false],
    ['stamina.call.duration', 's', '0.005 to 300'],
    ['stamina.call.retries', '{retry}', '0 to 50'],
    ['stamina.retries', '{retry}', false],
    ['stamina.retry.wait', 's', '0.1 to 300'],
    ['stamina.retry.waiting', '{call}', false],
  ]);
});

test('counts names above the limit together', async () => {
  const { meterProvider } = telemetry;
  setRetryHooks([openTelemetryHook({ meterProvider, maxCallables: 2 })]);
  for (const name of ['a', 'b', 'c', 'd', 'a']) await callFailing([new HttpError(503)], { name });
  expect(await telemetry.values('stamina.retries')).toEqual({
    'callable=a error.type=503': 2,
    'callable=b error.type=503': 1,
    'callable=_OTHER error.type=503': 2,
  });
});

test('takes the type of an error from the user', async () => {
  const { meterProvider } = telemetry;
  const errorType = (error: unknown) => (error instanceof RangeError ? 'range' : undefined);
  setRetryHooks([openTelemetryHook({ meterProvider, errorType })]);
  await callFailing([new RangeError('7'), new HttpError(503)]);
  expect(await telemetry.values('stamina.retries')).toEqual({
    'callable=load error.type=range': 1,
    'callable=load error.type=503': 1,
  });
});

test.each([
  ['an object', { region: 'eu' }],
  ['a function', ({ name }: { name: string }) => ({ region: name === 'load' ? 'eu' : 'us' })],
])('adds attributes of %s', async (_, attributes) => {
  const { meterProvider } = telemetry;
  setRetryHooks([openTelemetryHook({ meterProvider, attributes })]);
  await callFailing([new HttpError(503)]);
  expect(await telemetry.values('stamina.retries')).toEqual({ 'region=eu callable=load error.type=503': 1 });
  expect(Object.keys(await telemetry.values('stamina.call.duration'))).toEqual([
    'region=eu callable=load outcome=recovered',
  ]);
  expect(await telemetry.values('stamina.retry.waiting')).toEqual({ 'region=eu callable=load': 0 });
});

test('records no metrics if they are switched off', async () => {
  const { meterProvider } = telemetry;
  setRetryHooks([openTelemetryHook({ meterProvider, metrics: false })]);
  await callFailing([new HttpError(503)]);
  await callFailing([new HttpError(503)], { attempts: 1 });
  expect(await telemetry.metrics()).toEqual([]);
});

test('records the calls that are never retried only if it should', async () => {
  const { meterProvider } = telemetry;
  setRetryHooks([openTelemetryHook({ meterProvider, calls: true })]);
  await callFailing([]);
  await callFailing([]);
  await callFailing([new HttpError(503)]);
  await callFailing([new HttpError(503)], { attempts: 1 });
  await callFailing([new HttpError(404)], { on: () => false });
  const of = (count: number, sum: number) => expect.objectContaining({ count, sum });
  expect(await telemetry.values('stamina.call.retries')).toEqual({
    'callable=load outcome=succeeded': of(2, 0),
    'callable=load outcome=recovered': of(1, 1),
    'callable=load outcome=gave_up give_up.reason=attempts error.type=503': of(1, 0),
    'callable=load outcome=unmatched give_up.reason=unmatched error.type=404': of(1, 0),
  });
  expect(Object.keys(await telemetry.values('stamina.call.duration'))).toHaveLength(4);
});

describe('the global provider', () => {
  beforeEach(() => setRetryHooks([openTelemetryHook()]));

  test('gets the metrics', async () => {
    telemetry.register();
    await callFailing([new HttpError(503)]);
    expect(await telemetry.values('stamina.retries')).toEqual({ 'callable=load error.type=503': 1 });
  });

  test('may be registered after the hook, and after the first retries', async () => {
    await callFailing([new HttpError(503)]);
    telemetry.register();
    await callFailing([new HttpError(503)]);
    expect(await telemetry.values('stamina.retries')).toEqual({ 'callable=load error.type=503': 1 });
  });

  test('may be registered while a call waits', async () => {
    const call = retry({ on: () => 20, name: 'load' });
    let failures = 0;
    await call.run(() => {
      if (failures++ > 0) return;
      setImmediate(() => telemetry.register());
      throw new HttpError(503);
    });
    expect(await telemetry.values('stamina.retry.waiting')).toEqual({});
    expect(Object.keys(await telemetry.values('stamina.call.retries'))).toEqual(['callable=load outcome=recovered']);
  });
});

describe('observeBudget', () => {
  test('reports the balance of a budget, until it is disposed of', async () => {
    telemetry.register();
    const budget = retryBudget({ ratio: 0, reserve: 10 });
    const observer = observeBudget('users', budget);
    expect(await telemetry.values('stamina.budget.balance')).toEqual({ 'budget.name=users': 10 });
    budget.withdraw();
    expect(await telemetry.values('stamina.budget.balance')).toEqual({ 'budget.name=users': expect.closeTo(9) });
    observer.dispose();
    observer.dispose();
    budget.withdraw();
    // The SDK goes on reporting the last value that it got.
    expect(await telemetry.values('stamina.budget.balance')).toEqual({ 'budget.name=users': expect.closeTo(9) });
  });

  test('reports to the providers of all hooks', async () => {
    using _ = observeBudget('users', retryBudget({ ratio: 0, reserve: 10 }));
    expect(await telemetry.values('stamina.budget.balance')).toEqual({ 'budget.name=users': 10 });
  });

  test('reports from the first retry on if the SDK is started later', async () => {
    using _ = observeBudget('users', retryBudget({ ratio: 0, reserve: 10 }));
    const later = newTelemetry();
    metrics.setGlobalMeterProvider(later.meterProvider);
    setRetryHooks([openTelemetryHook()]);
    await callFailing([new HttpError(503)]);
    expect(await later.values('stamina.budget.balance')).toEqual({ 'budget.name=users': 10 });
  });

  test('refuses anything else', () => {
    expect(() => observeBudget('users', 5 as never)).toThrow(
      '`budget` must be a retry budget, got 5; make one with retryBudget()',
    );
    expect(() => observeBudget(retryBudget() as never, 'users' as never)).toThrow('`name` must be a string');
  });
});
