import { addRetryHook, type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import * as client from 'prom-client';
import { Counter, Gauge, Registry, register } from 'prom-client';
import { Registry as OldRegistry } from 'prom-client-14';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../vitest.setup.ts';
import { valuesOf } from './values.ts';

class HttpError extends Error {}

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});
afterEach(() => {
  vi.useRealTimers();
  setRetryHooks([]);
  register.clear();
});

const POLICY: RetryOptions = { on: () => 0, name: 'load' };

/** Calls; the first attempts fail, each with one of the errors. */
function call(options: Partial<RetryOptions>, errors: readonly unknown[]): Promise<unknown> {
  const failures = [...errors];
  const calling = retry({ ...POLICY, ...options }).run(() => {
    if (failures.length > 0) throw failures.shift();
  });
  return calling.catch((error: unknown) => error);
}

const http = (times: number): unknown[] => Array.from({ length: times }, () => new HttpError('503'));

test('the run is with the prom-client that it is meant for', () => {
  // Since version 15.
  expect('openMetricsContentType' in client).toBe(process.env.PROM_CLIENT !== 'oldest');
});

describe('what is counted', () => {
  beforeEach(() => setRetryHooks([prometheusHook({ registry })]));

  test('each retry, by callable, number and error', async () => {
    await call({}, [new HttpError('503'), new TypeError('fetch failed')]);
    await call({}, [new HttpError('503')]);
    await call({ name: 'save' }, [new HttpError('503')]);
    expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
      'callable=load retry_num=1 error_type=HttpError': 2,
      'callable=load retry_num=2 error_type=TypeError': 1,
      'callable=save retry_num=1 error_type=HttpError': 1,
    });
  });

  test('each recovery, by callable', async () => {
    await call({}, http(3));
    await call({}, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 2 });
  });

  test.each<[reason: string, options: Partial<RetryOptions>, errors: readonly unknown[]]>([
    ['attempts', { attempts: 2 }, http(2)],
    ['timeout', { on: () => 60_000, timeout: 10 }, http(1)],
    ['budget', { budget: retryBudget({ ratio: 0, minPerSecond: 0 }) }, http(1)],
  ])('a give-up for lack of %s, by callable and error', async (reason, options, errors) => {
    await call(options, errors);
    const found = await valuesOf(registry, 'stamina_give_ups_total');
    expect(found).toMatchObject({ [`callable=load reason=${reason} error_type=HttpError`]: 1 });
    expect(sum(found)).toBe(1);
  });

  test('a give-up over an error that is not retried, by that error', async () => {
    await call({ on: HttpError, waitMax: 0 }, [new HttpError('503'), new RangeError('mine')]);
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=unmatched error_type=RangeError': 1,
    });
  });

  test('a give-up of a call that is aborted, by what its attempt had failed with', async () => {
    const controller = new AbortController();
    const calling = call({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, http(1));
    await expect.poll(() => valuesOf(registry, 'stamina_retries_total')).not.toEqual({});
    controller.abort();
    await calling;
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=aborted error_type=HttpError': 1,
    });
  });

  test('nothing of a call that succeeds at once, nor of one whose error is not retried', async () => {
    await call({}, []);
    await call({ on: HttpError }, [new RangeError('mine')]);
    for (const metric of ['retries_total', 'give_ups_total', 'recoveries_total', 'retry_wait_seconds']) {
      expect(await valuesOf(registry, `stamina_${metric}`)).toEqual({});
    }
  });

  test('each wait, in seconds and as scheduled', async () => {
    vi.useFakeTimers();
    const waits = [700, 0, 20_000];
    const calling = call({ on: () => waits.shift() ?? false }, http(3));
    await vi.runAllTimersAsync();
    await calling;
    expect(await valuesOf(registry, 'stamina_retry_wait_seconds')).toMatchObject({
      'sum callable=load': 20.7,
      'count callable=load': 3,
      'bucket le=0.1 callable=load': 1,
      'bucket le=0.4 callable=load': 1,
      'bucket le=0.8 callable=load': 2,
      'bucket le=10 callable=load': 2,
      'bucket le=30 callable=load': 3,
    });
  });

  test('how a call may end, as zeros, while it waits', async () => {
    const controller = new AbortController();
    const calling = call({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, http(1));
    await expect.poll(() => valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 0 });
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toEqual({
      'callable=load reason=aborted error_type=HttpError': 0,
      'callable=load reason=attempts error_type=HttpError': 0,
      'callable=load reason=timeout error_type=HttpError': 0,
      'callable=load reason=budget error_type=HttpError': 0,
    });
    controller.abort();
    await calling;
  });

  test('a give-up without a retry, beside no recovery', async () => {
    await call({ attempts: 1 }, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 0 });
  });
});

describe('the number of a retry', () => {
  test.each([
    [undefined, 12, { '9': 1, '10': 1, '10+': 2 }],
    [2, 4, { '1': 1, '2': 1, '2+': 2 }],
    [1, 2, { '1': 1, '1+': 1 }],
    [12, 12, { '10': 1, '11': 1, '12': 1 }],
  ])('is counted by itself up to %s', async (maxRetryNum, retries, expected) => {
    setRetryHooks([prometheusHook({ registry, maxRetryNum })]);
    await call({ attempts: Infinity }, http(retries));
    const found = await valuesOf(registry, 'stamina_retries_total');
    const wanted = Object.entries(expected).map(([num, count]) => [
      `callable=load retry_num=${num} error_type=HttpError`,
      count,
    ]);
    expect(found).toMatchObject(Object.fromEntries(wanted));
    expect(sum(found)).toBe(retries);
  });
});

describe('registries', () => {
  test('without options, the hook counts in the registry of prom-client', async () => {
    setRetryHooks([prometheusHook()]);
    await call({}, http(1));
    expect(await valuesOf(register, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
  });

  test('tell of all metrics before anything is retried', async () => {
    prometheusHook({ registry });
    expect(await registry.metrics()).toBe(`# HELP stamina_retries_total Retries scheduled.
# TYPE stamina_retries_total counter

# HELP stamina_give_ups_total Calls that failed for good after an error that was to be retried.
# TYPE stamina_give_ups_total counter

# HELP stamina_recoveries_total Calls that succeeded after at least one retry.
# TYPE stamina_recoveries_total counter

# HELP stamina_retry_wait_seconds Waits before retries, as scheduled.
# TYPE stamina_retry_wait_seconds histogram
`);
  });

  test('can be several, each with a hook', async () => {
    const other = new Registry();
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry: other })]);
    await call({}, http(1));
    for (const each of [registry, other]) {
      expect(await valuesOf(each, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    }
  });

  test('may be of another copy of prom-client', async () => {
    const other = new OldRegistry() as unknown as Registry;
    setRetryHooks([prometheusHook({ registry: other })]);
    await call({}, http(1));
    const page = await other.metrics();
    expect(page).toContain('\nstamina_recoveries_total{callable="load"} 1\n');
    expect(page).toContain('\nstamina_retry_wait_seconds_bucket{le="0.1",callable="load"} 1\n');
  });

  test('can be merged', async () => {
    const other = new Registry();
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry: other, prefix: 'other_' })]);
    await call({}, http(1));
    const page = await Registry.merge([registry, other]).metrics();
    expect(page).toContain('\nstamina_recoveries_total{callable="load"} 1\n');
    expect(page).toContain('\nother_recoveries_total{callable="load"} 1\n');
  });

  test('add their default labels', async () => {
    registry.setDefaultLabels({ app: 'shop' });
    setRetryHooks([prometheusHook({ registry })]);
    await call({}, http(1));
    expect(await registry.metrics()).toContain('stamina_recoveries_total{callable="load",app="shop"} 1\n');
  });

  test('may be cleared, and reset', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    await call({}, http(1));
    registry.clear();
    await call({}, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    registry.resetMetrics();
    await call({}, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
  });

  test('escape what a name holds', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    await call({ name: 'say "hi"\nnow' }, http(1));
    expect(await registry.metrics()).toContain('stamina_recoveries_total{callable="say \\"hi\\"\\nnow"} 1\n');
  });
});

describe('a second hook', () => {
  test('uses the same metrics, and counts nothing twice', async () => {
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry })]);
    using _ = addRetryHook(prometheusHook({ registry, maxRetryNum: 3 }));
    await call({ attempts: 3 }, http(2));
    await call({ attempts: 3 }, http(3));
    expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
      'callable=load retry_num=1 error_type=HttpError': 2,
      'callable=load retry_num=2 error_type=HttpError': 2,
    });
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    expect(sum(await valuesOf(registry, 'stamina_give_ups_total'))).toBe(1);
    expect(await valuesOf(registry, 'stamina_retry_wait_seconds')).toMatchObject({ 'count callable=load': 4 });
  });

  test('with another prefix counts by itself', async () => {
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry, prefix: 'shop_stamina_' })]);
    await call({}, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    expect(await valuesOf(registry, 'shop_stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
  });

  test('of one policy alone may stand beside the global one', async () => {
    const hook = prometheusHook({ registry });
    await call({ ...hook }, http(1));
    setRetryHooks([hook]);
    await call({ ...hook }, http(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 2 });
  });
});

describe('a name that is taken', () => {
  test('by a counter with other labels is refused', () => {
    new Counter({ name: 'stamina_retries_total', help: 'mine', labelNames: ['fn'], registers: [registry] });
    expect(() => prometheusHook({ registry })).toThrow(
      new Error(
        'the registry has another metric called `stamina_retries_total`, with the labels fn; choose another `prefix` for prometheusHook',
      ),
    );
  });

  test('by another kind of metric is refused', () => {
    new Gauge({ name: 'shop_retry_wait_seconds', help: 'mine', labelNames: ['callable'], registers: [registry] });
    expect(() => prometheusHook({ registry, prefix: 'shop_' })).toThrow(
      'the registry has another metric called `shop_retry_wait_seconds`, with the labels callable; ',
    );
  });

  test('later on disturbs no call', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    registry.clear();
    new Counter({ name: 'stamina_retries_total', help: 'mine', registers: [registry] });
    expectWarning(/A retry hook \(onRetry\) failed/);
    expect(await call({}, http(1))).toBeUndefined();
  });
});

function sum(values: Record<string, number>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}
