import { setRetryHooks } from '@stamina/core';
import { getRetryCounter, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import { Counter, Gauge, Registry, register } from 'prom-client';
import { Registry as OldRegistry } from 'prom-client-14';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { callFailing, httpErrors, valuesOf } from './support/metrics.ts';

afterEach(() => register.clear());

const notAnObject = (shown: string): Error =>
  new TypeError(`\`options of prometheusHook\` must be an object, got ${shown}; write prometheusHook({ registry })`);
const unknown = (name: string, meant: string): Error =>
  new TypeError(
    `\`${name}\` is not known in options of prometheusHook; did you mean \`${meant}\`? Allowed are registry, prefix, maxRetryNum, calls, callables, maxCallables, errorType`,
  );
const notARegistry = (shown: string): Error =>
  new TypeError(
    `\`registry\` must be a Registry of prom-client, such as its \`register\`, got ${shown}; leave it out to use that one`,
  );
const wrongPrefix = (shown: string): string =>
  `\`prefix\` must be letters, digits and underscores, with no digit first and an underscore last, got ${shown}; for example 'shop_stamina_'`;
const wrongNumber = (shown: string): string =>
  `\`maxRetryNum\` must be an integer of at least 1, got ${shown}; leave it out for 10, because each number is a series`;

const wrongNames = (shown: string): Error =>
  new TypeError(`\`callables\` must be an array of names, got ${shown}; for example ['loadUser']`);

const refused: [what: string, options: unknown, error: Error][] = [
  ['null', null, notAnObject('null')],
  ['a prefix instead of options', 'x_', notAnObject('"x_"')],
  ['an array', [], notAnObject('an array of 0')],
  ['a registry instead of options', register, notAnObject('an instance of Registry')],
  ['the unknown option `register`', { register }, unknown('register', 'registry')],
  ['the unknown option `maxRetries`', { maxRetries: 3 }, unknown('maxRetries', 'maxRetryNum')],
  ['the unknown option `namePrefix`', { namePrefix: 'x_' }, unknown('namePrefix', 'prefix')],
  ['the unknown option `max_retry_num`', { max_retry_num: 3 }, unknown('max_retry_num', 'maxRetryNum')],
  ['an object that is no registry', { registry: {} }, notARegistry('an object')],
  ['half a registry', { registry: { getSingleMetric() {} } }, notARegistry('an object')],
  ['null for a registry', { registry: null }, notARegistry('null')],
  ['a class for a registry', { registry: Registry }, notARegistry('class Registry')],
  ['a prefix that is no string', { prefix: 5 }, new TypeError(wrongPrefix('5'))],
  ['null for a prefix', { prefix: null }, new TypeError(wrongPrefix('null'))],
  ['an empty prefix', { prefix: '' }, new RangeError(wrongPrefix('""'))],
  ['a prefix without an underscore', { prefix: 'shop' }, new RangeError(wrongPrefix('"shop"'))],
  ['a prefix with a dash', { prefix: 'my-shop_' }, new RangeError(wrongPrefix('"my-shop_"'))],
  ['a prefix with a colon', { prefix: 'my:shop_' }, new RangeError(wrongPrefix('"my:shop_"'))],
  ['a prefix with a digit first', { prefix: '1_' }, new RangeError(wrongPrefix('"1_"'))],
  ['a prefix of two lines', { prefix: 'a_\n' }, new RangeError(wrongPrefix('"a_\\n"'))],
  ['a string for a number', { maxRetryNum: '5' }, new TypeError(wrongNumber('"5"'))],
  ['NaN', { maxRetryNum: NaN }, new TypeError(wrongNumber('NaN'))],
  ['zero', { maxRetryNum: 0 }, new RangeError(wrongNumber('0'))],
  ['a fraction', { maxRetryNum: 1.5 }, new RangeError(wrongNumber('1.5'))],
  ['a string for `calls`', { calls: 'yes' }, new TypeError('`calls` must be true or false, got "yes"')],
  ['one name of a callable', { callables: 'load' }, wrongNames('"load"')],
  ['names that are no strings', { callables: [5] }, wrongNames('an array of 1')],
  [
    'no callables at all',
    { maxCallables: 0 },
    new RangeError(
      '`maxCallables` must be an integer of at least 1, got 0; leave it out for 1000, because each name adds series to every metric',
    ),
  ],
  ['a name for `errorType`', { errorType: 'status' }, new TypeError('`errorType` must be a function, got "status"')],
  ['Infinity', { maxRetryNum: Infinity }, new RangeError(wrongNumber('Infinity'))],
];

test.each(refused)('prometheusHook refuses %s', (_, options, error) => {
  expect(() => prometheusHook(options as PrometheusHookOptions)).toThrow(error);
  expect(register.getMetricsAsArray()).toEqual([]);
});

test('prometheusHook refuses options with any unknown name', () => {
  expect(() => prometheusHook({ buckets: [1] } as PrometheusHookOptions)).toThrow(
    /^`buckets` is not known in options of prometheusHook; .*Allowed are registry, prefix, maxRetryNum, calls, callables, maxCallables, errorType$/,
  );
});

test('undefined stands for the default', () => {
  prometheusHook({ registry: undefined, prefix: undefined, maxRetryNum: undefined });
  expect(register.getSingleMetric('stamina_retries_total')).toBeDefined();
});

test('a prefix may have capital letters and digits', () => {
  prometheusHook({ prefix: '_Shop2_' });
  expect(register.getSingleMetric('_Shop2_retries_total')).toBeDefined();
});

describe('registries', () => {
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
});
