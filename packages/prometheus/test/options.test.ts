import { getRetryCounter, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import { Registry, register } from 'prom-client';
import { afterEach, expect, test } from 'vitest';

afterEach(() => register.clear());

const PREFIX = '`prefix` must be letters, digits and underscores that begin with no digit and end in an underscore';
const NUM = '`maxRetryNum` must be an integer of at least 1';
const KNOWN = 'are registry, prefix, maxRetryNum';
const REGISTRY = '`registry` must be a Registry of prom-client, such as its `register`';

const refused: [given: string, options: unknown, error: Error][] = [
  ['null', null, new TypeError('`options` must be an object, got null; write prometheusHook({ registry })')],
  ['a prefix alone', 'x_', new TypeError("`options` must be an object, got 'x_'; write prometheusHook({ registry })")],
  ['a list', [], new TypeError('`options` must be an object, got []; write prometheusHook({ registry })')],
  [
    'a registry alone',
    register,
    new TypeError('`options` must be an object, got [Registry]; write prometheusHook({ registry })'),
  ],
  [
    'an unknown option that resembles one',
    { register },
    new TypeError(
      `\`register\` is not known in options of prometheusHook; did you mean \`registry\`? Allowed ${KNOWN}`,
    ),
  ],
  [
    'another such',
    { maxRetries: 3 },
    new TypeError(
      `\`maxRetries\` is not known in options of prometheusHook; did you mean \`maxRetryNum\`? Allowed ${KNOWN}`,
    ),
  ],
  [
    'another such',
    { namePrefix: 'x_' },
    new TypeError(
      `\`namePrefix\` is not known in options of prometheusHook; did you mean \`prefix\`? Allowed ${KNOWN}`,
    ),
  ],
  [
    'an unknown option',
    { buckets: [1] },
    new TypeError(`\`buckets\` is not known in options of prometheusHook; allowed ${KNOWN}`),
  ],
  ['no registry', { registry: {} }, new TypeError(`${REGISTRY}, got {}; leave it out for that one`)],
  [
    'half a registry',
    { registry: { getSingleMetric() {} } },
    new TypeError(`${REGISTRY}, got [Object]; leave it out for that one`),
  ],
  ['null for a registry', { registry: null }, new TypeError(`${REGISTRY}, got null; leave it out for that one`)],
  [
    'a class for a registry',
    { registry: Registry },
    new TypeError(`${REGISTRY}, got [Function]; leave it out for that one`),
  ],
  ['a prefix that is no text', { prefix: 5 }, new TypeError(`${PREFIX}, got 5; for example 'shop_stamina_'`)],
  ['no prefix', { prefix: '' }, new RangeError(`${PREFIX}, got ''; for example 'shop_stamina_'`)],
  [
    'a prefix without its underscore',
    { prefix: 'shop' },
    new RangeError(`${PREFIX}, got 'shop'; for example 'shop_stamina_'`),
  ],
  [
    'a prefix with a dash',
    { prefix: 'my-shop_' },
    new RangeError(`${PREFIX}, got 'my-shop_'; for example 'shop_stamina_'`),
  ],
  [
    'a prefix with a colon',
    { prefix: 'my:shop_' },
    new RangeError(`${PREFIX}, got 'my:shop_'; for example 'shop_stamina_'`),
  ],
  ['a prefix with a digit first', { prefix: '1_' }, new RangeError(`${PREFIX}, got '1_'; for example 'shop_stamina_'`)],
  ['a prefix of two lines', { prefix: 'a_\n' }, new RangeError(`${PREFIX}, got 'a_\\n'; for example 'shop_stamina_'`)],
  [
    'a number as text',
    { maxRetryNum: '5' },
    new TypeError(`${NUM}, got '5'; each number is a series; leave it out for 10`),
  ],
  ['NaN', { maxRetryNum: NaN }, new TypeError(`${NUM}, got NaN; each number is a series; leave it out for 10`)],
  ['zero', { maxRetryNum: 0 }, new RangeError(`${NUM}, got 0; each number is a series; leave it out for 10`)],
  ['a fraction', { maxRetryNum: 1.5 }, new RangeError(`${NUM}, got 1.5; each number is a series; leave it out for 10`)],
  [
    'no limit',
    { maxRetryNum: Infinity },
    new RangeError(`${NUM}, got Infinity; each number is a series; leave it out for 10`),
  ],
];

test.each(refused)('%s is refused: %j', (_, options, error) => {
  expect(() => prometheusHook(options as PrometheusHookOptions)).toThrow(error);
  expect(register.getMetricsAsArray()).toEqual([]);
});

test('undefined stands for the default', () => {
  prometheusHook({ registry: undefined, prefix: undefined, maxRetryNum: undefined });
  expect(register.getSingleMetric('stamina_retries_total')).toBeDefined();
});

test('a prefix may have capitals and digits', () => {
  prometheusHook({ prefix: '_Shop2_' });
  expect(register.getSingleMetric('_Shop2_retries_total')).toBeDefined();
});

test('the counter of retries is that of a hook, before and after', () => {
  const counter = getRetryCounter();
  prometheusHook();
  expect(getRetryCounter()).toBe(counter);
  expect(register.getSingleMetric('stamina_retries_total')).toBe(counter);
});

test('each registry has its own counter of retries', () => {
  const registry = new Registry();
  expect(getRetryCounter(registry)).toBe(registry.getSingleMetric('stamina_retries_total'));
  expect(getRetryCounter(registry)).not.toBe(getRetryCounter());
});

test.each([[{ registry: register }], [null], ['stamina_']])('what is no registry has no counter: %j', (given) => {
  expect(() => getRetryCounter(given as unknown as Registry)).toThrow(TypeError);
  expect(() => getRetryCounter(given as unknown as Registry)).toThrow(
    /^`registry` must be a Registry of prom-client, such as its `register`, got .+; write getRetryCounter\(registry\)$/,
  );
});
