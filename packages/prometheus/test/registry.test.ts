import { setRetryHooks } from '@stamina/core';
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { Counter, Gauge, Registry, register } from 'prom-client';
import { Registry as OldRegistry } from 'prom-client-14';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { callFailing, httpErrors, valuesOf } from './support/metrics.ts';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});
afterEach(() => {
  setRetryHooks([]);
  register.clear();
});

describe('a registry', () => {
  test('is that of prom-client by default', async () => {
    setRetryHooks([prometheusHook()]);
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(register, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
  });

  test('has all metrics before anything is retried', async () => {
    prometheusHook({ registry });
    expect(await registry.metrics()).toBe(`# HELP stamina_retries_total Retries scheduled.
# TYPE stamina_retries_total counter

# HELP stamina_give_ups_total Calls that failed, and had at least one error that is retried.
# TYPE stamina_give_ups_total counter

# HELP stamina_give_up_errors_total The same calls by the type of their last error, without those that were aborted.
# TYPE stamina_give_up_errors_total counter

# HELP stamina_recoveries_total Calls that succeeded after at least one retry.
# TYPE stamina_recoveries_total counter

# HELP stamina_retry_wait_seconds Waits before retries, as scheduled.
# TYPE stamina_retry_wait_seconds histogram
`);
  });

  test('may be one of several, each with a hook', async () => {
    const other = new Registry();
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry: other })]);
    await callFailing({}, httpErrors(1));
    for (const each of [registry, other]) {
      expect(await valuesOf(each, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    }
  });

  test('may come from another copy of prom-client', async () => {
    const other = new OldRegistry() as unknown as Registry;
    setRetryHooks([prometheusHook({ registry: other })]);
    await callFailing({}, httpErrors(1));
    const page = await other.metrics();
    expect(page).toContain('\nstamina_recoveries_total{callable="load"} 1\n');
    expect(page).toContain('\nstamina_retry_wait_seconds_bucket{le="0.1",callable="load"} 1\n');
  });

  test('can be merged with another', async () => {
    const other = new Registry();
    setRetryHooks([prometheusHook({ registry }), prometheusHook({ registry: other, prefix: 'other_' })]);
    await callFailing({}, httpErrors(1));
    const page = await Registry.merge([registry, other]).metrics();
    expect(page).toContain('\nstamina_recoveries_total{callable="load"} 1\n');
    expect(page).toContain('\nother_recoveries_total{callable="load"} 1\n');
  });

  test('adds its default labels', async () => {
    registry.setDefaultLabels({ app: 'shop' });
    setRetryHooks([prometheusHook({ registry })]);
    await callFailing({}, httpErrors(1));
    expect(await registry.metrics()).toContain('stamina_recoveries_total{callable="load",app="shop"} 1\n');
  });

  test('may be cleared and reset', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    await callFailing({}, httpErrors(1));
    registry.clear();
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    registry.resetMetrics();
    await callFailing({}, httpErrors(1));
    expect(await valuesOf(registry, 'stamina_recoveries_total')).toEqual({ 'callable=load': 1 });
    expect(await valuesOf(registry, 'stamina_give_ups_total')).toMatchObject({ 'callable=load reason=attempts': 0 });
  });

  test('escapes special characters in names', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    await callFailing({ name: 'say "hi"\nnow' }, httpErrors(1));
    expect(await registry.metrics()).toContain('stamina_recoveries_total{callable="say \\"hi\\"\\nnow"} 1\n');
  });
});

describe('a metric of the same name', () => {
  test('is refused if it has other labels', () => {
    new Counter({ name: 'stamina_retries_total', help: 'mine', labelNames: ['fn'], registers: [registry] });
    expect(() => prometheusHook({ registry })).toThrow(
      new Error(
        'the registry has another metric called `stamina_retries_total`, with the labels fn; choose another `prefix` for prometheusHook',
      ),
    );
  });

  test('is refused if it is of another kind', () => {
    new Gauge({ name: 'shop_retry_wait_seconds', help: 'mine', labelNames: ['callable'], registers: [registry] });
    expect(() => prometheusHook({ registry, prefix: 'shop_' })).toThrow(
      'the registry has another metric called `shop_retry_wait_seconds`, with the labels callable; ',
    );
  });

  test('disturbs no call if it is registered later', async () => {
    setRetryHooks([prometheusHook({ registry })]);
    registry.clear();
    new Counter({ name: 'stamina_retries_total', help: 'mine', registers: [registry] });
    expectWarning(/The retry hook onRetry failed/);
    expect(await callFailing({}, httpErrors(1))).toBeUndefined();
  });
});

afterEach(() => register.clear());

test('getRetryCounter always finds the counter of the hook', () => {
  const counter = getRetryCounter();
  prometheusHook();
  expect(getRetryCounter()).toBe(counter);
  expect(register.getSingleMetric('stamina_retries_total')).toBe(counter);
});

test('getRetryCounter finds the counter of a hook with a prefix', () => {
  prometheusHook({ prefix: 'shop_stamina_' });
  const counter = getRetryCounter(register, 'shop_stamina_');
  expect(register.getSingleMetric('shop_stamina_retries_total')).toBe(counter);
  expect(register.getSingleMetric('stamina_retries_total')).toBeUndefined();
});

test('getRetryCounter refuses a prefix that is not allowed', () => {
  expect(() => getRetryCounter(register, 'shop')).toThrow(RangeError);
});

test('getRetryCounter finds a counter per registry', () => {
  const registry = new Registry();
  expect(getRetryCounter(registry)).toBe(registry.getSingleMetric('stamina_retries_total'));
  expect(getRetryCounter(registry)).not.toBe(getRetryCounter());
});

test.each([
  ['an object', { registry: register }],
  ['null', null],
  ['"stamina_"', 'stamina_'],
])('getRetryCounter refuses anything but a registry: %s', (shown, given) => {
  expect(() => getRetryCounter(given as unknown as Registry)).toThrow(
    new TypeError(
      `\`registry\` must be a Registry of prom-client, such as its \`register\`, got ${shown}; write getRetryCounter(registry)`,
    ),
  );
});
