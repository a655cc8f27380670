import { addRetryHook, type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { prometheusHook } from '@stamina/prometheus';
import * as client from 'prom-client';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callFailing, HttpError, httpErrors, sum, valuesOf } from './support/metrics.ts';

const REASONS = ['aborted', 'unmatched', 'stopped', 'attempts', 'deadline', 'timeout', 'budget'];

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
    ['timeout', { on: () => 60_000, timeout: 1_000 }, httpErrors(1)],
    ['deadline', { on: () => 60_000, deadline: 10 }, httpErrors(1)],
    ['budget', { budget: retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 }) }, httpErrors(1)],
  ])('counts give-ups with the reason %s', async (reason, options, errors) => {
    await callFailing(options, errors);
    const found = await valuesOf(registry, 'stamina_give_ups_total');
    expect(found).toMatchObject({ [`callable=load reason=${reason}`]: 1 });
    expect(sum(found)).toBe(1);
  });

  test('counts an unmatched give-up by its last error', async () => {
    await callFailing({ on: HttpError, waitMax: 0 }, [new HttpError('503'), new RangeError('mine')]);
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=unmatched': 1,
    });
    expect(await valuesOf(registry, 'stamina_give_up_errors_total')).toEqual({
      'callable=load error_type=RangeError': 1,
    });
  });

  test('counts an aborted call without its error', async () => {
    const controller = new AbortController();
    const call = callFailing({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, httpErrors(1));
    await expect.poll(() => valuesOf(registry, 'stamina_retries_total')).not.toEqual({});
    controller.abort();
    await call;
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({
      'callable=load reason=aborted': 1,
    });
    expect(await valuesOf(registry, 'stamina_give_up_errors_total')).toEqual({});
  });

  test('counts a stopped call without its error', async () => {
    await callFailing({ stop: AbortSignal.abort() }, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({ 'callable=load reason=stopped': 1 });
    expect(await valuesOf(registry, 'stamina_give_up_errors_total')).toEqual({});
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
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toEqual(
      Object.fromEntries(REASONS.map((reason) => [`callable=load reason=${reason}`, 0])),
    );
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

  test('counts nothing twice if another hook retries in between', async () => {
    const counting = prometheusHook({ registry });
    const inner = retrySync({ on: HttpError, waitMax: 0 });
    const failing = ({ num }: { readonly num: number }): void => {
      if (num === 1) throw new HttpError('503');
    };
    const retrying = ({ name }: { readonly name: string }): void => {
      if (name === 'load') for (let call = 0; call < 20; call++) inner.run(failing);
    };
    setRetryHooks([counting, retrying, counting]);
    for (let call = 0; call < 5; call++) await callFailing({}, httpErrors(1));
    const each = { 'callable=load': 5, 'callable=failing': 100 };
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual(each);
    expect(await valuesOf(registry, 'stamina_retry_wait_seconds')).toMatchObject({
      'count callable=load': 5,
      'count callable=failing': 100,
    });
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

describe('the buckets of the wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    setRetryHooks([]);
  });

  /** Estimates a quantile as Prometheus does, which assumes that values are spread evenly within a bucket. */
  function histogramQuantile(
    quantile: number,
    buckets: readonly { readonly bound: number; readonly count: number }[],
  ): number {
    const rank = quantile * (buckets.at(-1)?.count ?? 0);
    const index = buckets.findIndex(({ count }) => count >= rank);
    const [below = { bound: 0, count: 0 }, at] = [buckets[index - 1], buckets[index]];
    if (at === undefined) throw new Error('nothing was observed');
    return below.bound + ((at.bound - below.bound) * (rank - below.count)) / (at.count - below.count);
  }

  test.each([2, 3, 4, 6, 7, 10])('the buckets give exact quantiles for %s attempts', async (attempts) => {
    // The golden ratio spreads the draws evenly. With 500 random draws the median would be off by 5 % in one of 30 runs.
    let draw = 0;
    vi.spyOn(Math, 'random').mockImplementation(() => (draw = (draw + 0.618_033_988_749_895) % 1));
    const registry = new Registry();
    const waits: number[] = [];
    setRetryHooks([prometheusHook({ registry }), ({ waitFor }) => void waits.push(waitFor / 1_000)]);
    const policy = retry({ on: Error, attempts, timeout: Infinity, name: 'load' });
    const fail = (): never => {
      throw new Error('down');
    };
    const calls = Promise.allSettled(Array.from({ length: 500 }, () => policy.run(fail)));
    await vi.runAllTimersAsync();
    await calls;
    waits.sort((a, b) => a - b);

    const buckets = Object.entries(await valuesOf(registry, 'stamina_retry_wait_seconds')).flatMap(([key, count]) => {
      const [, bound] = /^bucket le=(\S+)/.exec(key) ?? [];
      return bound === undefined ? [] : [{ bound: bound === '+Inf' ? Infinity : Number(bound), count }];
    });
    for (const quantile of [0.5, 0.9, 0.99]) {
      const actual = waits[Math.floor(quantile * waits.length)] as number;
      const estimate = histogramQuantile(quantile, buckets);
      expect(Math.abs(estimate / actual - 1), `${quantile}: ${estimate} for ${actual}`).toBeLessThan(0.02);
    }
  });
});

test('errors are told apart by their status, their code or their class', async () => {
  const error = Object.assign(new HttpError('busy'), { status: 503 });
  const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
  setRetryHooks([prometheusHook({ registry })]);
  await callFailing({}, [error, refused, new RangeError('mine')]);
  expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
    'callable=load retry_num=1 error_type=503': 1,
    'callable=load retry_num=2 error_type=ECONNREFUSED': 1,
    'callable=load retry_num=3 error_type=RangeError': 1,
  });
});

test('`errorType` names errors, and leaves those that it does not know to the default', async () => {
  const errorType = (error: unknown): string | undefined => (error instanceof RangeError ? 'range' : undefined);
  setRetryHooks([prometheusHook({ registry, errorType })]);
  await callFailing({ attempts: 2 }, [new RangeError('mine'), new HttpError('busy')]);
  expect(await valuesOf(registry, 'stamina_retries_total')).toEqual({
    'callable=load retry_num=1 error_type=range': 1,
  });
  expect(await valuesOf(registry, 'stamina_give_up_errors_total')).toEqual({
    'callable=load error_type=HttpError': 1,
  });
});

describe('callables', () => {
  test('that are named begin with zero at once', async () => {
    prometheusHook({ registry, callables: ['loadUser'] });
    const giveUps = await valuesOf(registry, 'stamina_give_ups_total');
    expect(Object.keys(giveUps).sort()).toEqual(REASONS.map((reason) => `callable=loadUser reason=${reason}`).sort());
    expect(sum(giveUps)).toBe(0);
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=loadUser': 0 });
  });

  test('above `maxCallables` share one label', async () => {
    setRetryHooks([prometheusHook({ registry, callables: ['first'], maxCallables: 2 })]);
    for (const name of ['second', 'third', 'first', 'fourth']) await callFailing({ name }, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({
      'callable=first': 1,
      'callable=second': 1,
      'callable=_OTHER': 2,
    });
  });
});

describe('`calls`', () => {
  test('is off by default, and then the hook does not listen to calls', () => {
    expect(prometheusHook({ registry })).not.toHaveProperty('onSettle');
    expect(registry.getSingleMetric('stamina_calls_total')).toBeUndefined();
  });

  test('counts every call by its outcome', async () => {
    setRetryHooks([prometheusHook({ registry, calls: true })]);
    const signal = AbortSignal.abort();
    await callFailing({}, []);
    await callFailing({}, []);
    await callFailing({}, httpErrors(2));
    await callFailing({ attempts: 2 }, httpErrors(2));
    await callFailing({ on: HttpError }, [new RangeError('mine')]);
    await callFailing({ signal }, []);
    expect(await valuesOf(registry, 'stamina_calls_total')).toEqual({
      'callable=load outcome=succeeded': 2,
      'callable=load outcome=recovered': 1,
      'callable=load outcome=gave_up': 1,
      'callable=load outcome=unmatched': 1,
      'callable=load outcome=aborted': 0,
    });
  });

  test('counts a stopped call as aborted', async () => {
    setRetryHooks([prometheusHook({ registry, calls: true })]);
    await callFailing({ stop: AbortSignal.abort() }, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_calls_total')).toMatchObject({
      'callable=load outcome=aborted': 1,
      'callable=load outcome=gave_up': 0,
    });
  });

  test('counts an aborted call apart', async () => {
    setRetryHooks([prometheusHook({ registry, calls: true })]);
    const controller = new AbortController();
    const call = callFailing({ on: () => 60_000, timeout: Infinity, signal: controller.signal }, httpErrors(1));
    await expect.poll(() => valuesOf(registry, 'stamina_retries_total')).not.toEqual({});
    controller.abort();
    await call;
    expect(await valuesOf(registry, 'stamina_calls_total')).toMatchObject({
      'callable=load outcome=aborted': 1,
      'callable=load outcome=gave_up': 0,
    });
  });

  test('times calls with their waits', async () => {
    vi.useFakeTimers();
    setRetryHooks([prometheusHook({ registry, calls: true })]);
    const call = callFailing({ on: () => 700 }, httpErrors(1));
    await vi.runAllTimersAsync();
    await call;
    await callFailing({}, []);
    expect(await valuesOf(registry, 'stamina_call_duration_seconds')).toMatchObject({
      'sum callable=load outcome=recovered': 0.7,
      'bucket le=0.5 callable=load outcome=recovered': 0,
      'bucket le=1 callable=load outcome=recovered': 1,
      'bucket le=0.005 callable=load outcome=succeeded': 1,
    });
  });

  test('counts the calls that wait', async () => {
    vi.useFakeTimers();
    setRetryHooks([prometheusHook({ registry, calls: true })]);
    const waiting = () => valuesOf(registry, 'stamina_retry_waiting');
    const calls = [callFailing({ on: () => 700 }, httpErrors(1)), callFailing({ on: () => 900 }, httpErrors(1))];
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting()).toEqual({ 'callable=load': 2 });
    await vi.advanceTimersByTimeAsync(800);
    expect(await waiting()).toEqual({ 'callable=load': 1 });
    await vi.runAllTimersAsync();
    await Promise.all(calls);
    expect(await waiting()).toEqual({ 'callable=load': 0 });
  });

  test('works beside a hook without it', async () => {
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry, calls: true })]);
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_retries_total')).toMatchObject({
      'callable=load retry_num=1 error_type=HttpError': 1,
    });
    expect(await valuesOf(registry, 'stamina_calls_total')).toMatchObject({ 'callable=load outcome=recovered': 1 });
    expect(await valuesOf(registry, 'stamina_retry_waiting')).toEqual({ 'callable=load': 0 });
  });
});
