import { type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import { Registry, register } from 'prom-client';
import { afterEach, expect, test } from 'vitest';

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
