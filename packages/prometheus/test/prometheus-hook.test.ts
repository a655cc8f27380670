import { addRetryHook, type RetryOptions, retryBudget, setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import * as client from 'prom-client';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callFailing, HttpError, httpErrors } from './support/failing-call.ts';
import { sum, valuesOf } from './support/values.ts';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});
afterEach(() => {
  vi.useRealTimers();
  setRetryHooks([]);
});

test('this run uses the right version of prom-client', () => {
  // Version 15 added this export.
  expect('openMetricsContentType' in client).toBe(process.env.PROM_CLIENT !== 'oldest');
});

describe('prometheusHook', () => {
  beforeEach(() => setRetryHooks([prometheusHook({ registry })]));

  test('counts each retry by callable, number and error', async () => {
    await callFailing({}, [new HttpError('503'), new TypeError('fetch failed')]);
    await callFailing({}, [new HttpError('503')]);
    await callFailing({ name: 'save' }, [new HttpError('503')]);
    expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
      'callable=load retry_num=1 error_type=HttpError': 2,
      'callable=load retry_num=2 error_type=TypeError': 1,
      'callable=save retry_num=1 error_type=HttpError': 1,
    });
  });

  test('counts each recovery by callable', async () => {
    await callFailing({}, httpErrors(3));
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 2 });
  });

  test.each<[reason: string, options: Partial<RetryOptions>, errors: readonly unknown[]]>([
    ['attempts', { attempts: 2 }, httpErrors(2)],
    ['timeout', { on: () => 60_000, timeout: 10 }, httpErrors(1)],
    ['budget', { budget: retryBudget({ ratio: 0, minPerSecond: 0 }) }, httpErrors(1)],
  ])('counts give-ups with the reason %s', async (reason, options, errors) => {
    await callFailing(options, errors);
    const found = await valuesOf(registry, 'stamina_give_ups_total');
    expect(found).toMatchObject({ [`callable=load reason=${reason} error_type=HttpError`]: 1 });
    expect(sum(found)).toBe(1);
  });

  test('counts an unmatched give-up by its last error', async () => {
    await callFailing({ on: HttpError, waitMax: 0 }, [new HttpError('503'), new RangeError('mine')]);
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=unmatched error_type=RangeError': 1,
    });
  });

  test('counts an aborted call by its last error', async () => {
    const controller = new AbortController();
    const call = callFailing({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, httpErrors(1));
    await expect.poll(() => valuesOf(registry, 'stamina_retries_total')).not.toEqual({});
    controller.abort();
    await call;
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=aborted error_type=HttpError': 1,
    });
  });

  test('ignores calls that are not retried', async () => {
    await callFailing({}, []);
    await callFailing({ on: HttpError }, [new RangeError('mine')]);
    for (const metric of ['retries_total', 'give_ups_total', 'recoveries_total', 'retry_wait_seconds']) {
      expect(await valuesOf(registry, `stamina_${metric}`)).toEqual({});
    }
  });

  test('observes each scheduled wait in seconds', async () => {
    vi.useFakeTimers();
    const waits = [700, 0, 20_000];
    const call = callFailing({ on: () => waits.shift() ?? false }, httpErrors(3));
    await vi.runAllTimersAsync();
    await call;
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

  test('begins all possible ends with zero during a wait', async () => {
    const controller = new AbortController();
    const call = callFailing({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, httpErrors(1));
    await expect.poll(() => valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 0 });
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toEqual({
      'callable=load reason=aborted error_type=HttpError': 0,
      'callable=load reason=attempts error_type=HttpError': 0,
      'callable=load reason=timeout error_type=HttpError': 0,
      'callable=load reason=budget error_type=HttpError': 0,
    });
    controller.abort();
    await call;
  });

  test('counts zero recoveries for an immediate give-up', async () => {
    await callFailing({ attempts: 1 }, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 0 });
  });
});

describe('retries', () => {
  test.each([
    [undefined, 12, { '9': 1, '10': 1, '10+': 2 }],
    [2, 4, { '1': 1, '2': 1, '2+': 2 }],
    [1, 2, { '1': 1, '1+': 1 }],
    [12, 12, { '10': 1, '11': 1, '12': 1 }],
  ])('are counted together above `maxRetryNum`: %s', async (maxRetryNum, retries, expected) => {
    setRetryHooks([prometheusHook({ registry, maxRetryNum })]);
    await callFailing({ attempts: Infinity }, httpErrors(retries));
    const found = await valuesOf(registry, 'stamina_retries_total');
    const wanted = Object.entries(expected).map(([num, count]) => [
      `callable=load retry_num=${num} error_type=HttpError`,
      count,
    ]);
    expect(found).toMatchObject(Object.fromEntries(wanted));
    expect(sum(found)).toBe(retries);
  });
});

describe('a second hook', () => {
  test('uses the same metrics, and counts nothing twice', async () => {
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry })]);
    using _ = addRetryHook(prometheusHook({ registry, maxRetryNum: 3 }));
    await callFailing({ attempts: 3 }, httpErrors(2));
    await callFailing({ attempts: 3 }, httpErrors(3));
    expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
      'callable=load retry_num=1 error_type=HttpError': 2,
      'callable=load retry_num=2 error_type=HttpError': 2,
    });
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    expect(sum(await valuesOf(registry, 'stamina_give_ups_total'))).toBe(1);
    expect(await valuesOf(registry, 'stamina_retry_wait_seconds')).toMatchObject({ 'count callable=load': 4 });
  });

  test('with another prefix counts for itself', async () => {
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry, prefix: 'shop_stamina_' })]);
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    expect(await valuesOf(registry, 'shop_stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
  });

  test('may be global and in a policy', async () => {
    const hook = prometheusHook({ registry });
    await callFailing({ ...hook }, httpErrors(1));
    setRetryHooks([hook]);
    await callFailing({ ...hook }, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 2 });
  });
});
