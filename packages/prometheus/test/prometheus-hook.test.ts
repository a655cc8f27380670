import { runInNewContext } from 'node:vm';
import { addRetryHook, type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { prometheusHook } from '@stamina/prometheus';
import * as client from 'prom-client';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callFailing, HttpError, httpErrors, sum, valuesOf } from './support/metrics.ts';

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
    ['budget', { budget: retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 }) }, httpErrors(1)],
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

class Renamed extends Error {
  override readonly name = `failed at ${Date.now()}`;
}
class Named extends Error {
  static override readonly name: string = 'GivenName';
}
class Counted extends Error {}
Object.defineProperty(Counted, 'name', { value: 5 });

function Old(this: Error): void {}
Old.prototype = Object.create(Error.prototype, { constructor: { value: Old } });

const withOwnName = new Error('cancelled');
withOwnName.name = 'AbortError';

const thrown: [what: string, value: unknown, errorType: string][] = [
  ['an error', new TypeError('fetch failed'), 'TypeError'],
  ['an error of a class of the user', new HttpError('503'), 'HttpError'],
  ['an error with a name field of its own', new Renamed(), 'Renamed'],
  ['an error that was given a name', withOwnName, 'Error'],
  ['an error of a class with a name of its own', new Named(), 'GivenName'],
  ['an error of a class whose name is no string', new Counted(), 'Error'],
  ['an error of a class without a name', new (class extends RangeError {})(), 'RangeError'],
  ['an error of a class in ES5', Reflect.construct(Old, []), 'Old'],
  ['an error of another realm', runInNewContext('new RangeError()'), 'RangeError'],
  ['a timeout', new DOMException('late', 'TimeoutError'), 'TimeoutError'],
  ['an abort', new DOMException('enough', 'AbortError'), 'AbortError'],
  ['a DOMException with any other name', new DOMException('odd', `number ${Date.now()}`), 'DOMException'],
  ['an object', { constructor: { name: 'anything' } }, 'Object'],
  ['an object without a class', Object.create(null), 'Object'],
  ['a string', 'down', 'string'],
  ['a number', 503, 'number'],
  ['a function', () => {}, 'function'],
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
];

test.each(thrown)('the error type of %s is its class or its type', async (_, value, errorType) => {
  const registry = new Registry();
  let failed = false;
  await retry({ on: () => 0, ...prometheusHook({ registry }) }).run(() => {
    if (failed) return;
    failed = true;
    throw value;
  });
  expect(await registry.metrics()).toContain(`,error_type="${errorType}"} 1\n`);
});
