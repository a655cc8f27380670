import { invalid, invalidRange, show } from '@stamina/validation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

class HttpError extends Error {}

const throwing = (): never => {
  throw new Error('secret');
};
const Named = Object.defineProperty(class {}, 'name', { value: 'GivenName' });
const NamedBySymbol = Object.defineProperty(class {}, 'name', { value: Symbol('name') });
const NamedByGetter = Object.defineProperty(class {}, 'name', { get: throwing });

/** Makes a proxy that throws on every operation. */
function revoked<Target extends object>(target: Target): Target {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

test.each<[text: string, value: unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['0', -0],
  ['1.5', 1.5],
  ['NaN', Number.NaN],
  ['-Infinity', -Infinity],
  ['123n', 123n],
  ['Symbol(key)', Symbol('key')],
  ['Symbol()', Symbol()],
  ['""', ''],
  ['"5"', '5'],
  ['"a \\"b\\"\\n"', 'a "b"\n'],
])('a primitive is shown as code: %s', (text, value) => {
  expect(show(value)).toBe(text);
});

test.each<[text: string, what: string, value: unknown]>([
  ['an array of 0', 'an empty array', []],
  ['an array of 2', 'an array', ['secret', {}]],
  ['an object', 'an object', { secret: 1 }],
  ['an object', 'an object without a prototype', Object.create(null)],
  ['an instance of Map', 'a map', new Map([['secret', 1]])],
  ['an instance of HttpError', 'an error', new HttpError('secret')],
  ['an instance of GivenName', 'an instance of a class that has a name of its own', new Named()],
  ['an instance of String', 'a boxed string', new String('secret')],
  ['an object', 'an instance of a class without a name', new (class {})()],
  ['class HttpError', 'a class', HttpError],
  ['class anonymous', 'a class without a name', class {}],
  ['function show', 'a function', show],
  ['function anonymous', 'a function without a name', () => 'secret'],
])('the text is %s for %s', (text, _, value) => {
  expect(show(value)).toBe(text);
});

test.each<[what: string, value: unknown]>([
  ['toString', { toString: () => 'secret' }],
  ['toJSON', { toJSON: () => 'secret' }],
  ['a tag', { [Symbol.toStringTag]: 'secret' }],
  ['Symbol.toPrimitive', { [Symbol.toPrimitive]: () => 'secret' }],
  ['an inspector', { [Symbol.for('nodejs.util.inspect.custom')]: () => 'secret' }],
  ['a field called constructor', { constructor: { name: 'secret' } }],
])('the text does not depend on %s', (_, value) => {
  expect(show(value)).toBe('an object');
});

test.each<[what: string, value: unknown]>([
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of an array', revoked([])],
  ['a revoked proxy of a function', revoked(() => {})],
  ['a proxy whose traps throw', new Proxy({}, { get: throwing, getPrototypeOf: throwing, ownKeys: throwing })],
  ['a getter that throws', Object.defineProperty({}, 'constructor', { get: throwing })],
  ['a class whose name throws', NamedByGetter],
  ['an instance of such a class', new NamedByGetter()],
  ['a class whose name is a symbol', NamedBySymbol],
  ['an instance of this class', new NamedBySymbol()],
])('showing never throws: %s', (_, value) => {
  expect(show(value)).toBe('an object');
});

describe('the length', () => {
  test('is at most 100 characters, the last one an ellipsis', () => {
    expect(show('x'.repeat(98))).toBe(`"${'x'.repeat(98)}"`);
    expect(show('x'.repeat(99))).toBe(`"${'x'.repeat(98)}…`);
    expect(show('\n'.repeat(60))).toBe(`"${'\\n'.repeat(49)}…`);
    expect(show(10n ** 200n)).toBe(`1${'0'.repeat(98)}…`);
    expect(show(Symbol('x'.repeat(200)))).toBe(`Symbol(${'x'.repeat(92)}…`);
    expect(show(Object.defineProperty(() => {}, 'name', { value: 'x'.repeat(200) }))).toHaveLength(100);
  });

  test('is cut before a long string is escaped', () => {
    const text = '\n'.repeat(100_000_000);
    // The engine joins the pieces of the string when a character is first read.
    text.charCodeAt(0);
    const before = process.cpuUsage();
    show(text);
    // Escaping all of it takes hundreds of ms. Only time of the processor counts, because the machine may be busy.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(50);
  });

  test('is at most 100 characters for any value', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withNullPrototype: true,
      maxDepth: 1,
    });
    fc.assert(
      fc.property(fc.oneof(anything, fc.string({ minLength: 80 })), (value) => {
        expect(show(value).length).toBeLessThanOrEqual(100);
      }),
    );
  });
});

test('the contents of an object are never shown', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('constructor', 'name', 'length', 'message', 'toString', 'toJSON'));
  const contents = fc.object({ key, values: [fc.constant('secret')], maxDepth: 3, withNullPrototype: true });
  fc.assert(
    fc.property(fc.oneof(contents, fc.array(contents)), (value) => {
      expect(show(value)).not.toContain('secret');
    }),
  );
});

describe('a message', () => {
  test('a message has the allowed values, the value and advice', () => {
    expect(invalid('attempts', 'an integer', '5', 'write 5')).toEqual(
      new TypeError('`attempts` must be an integer, got "5"; write 5'),
    );
  });

  test('a message leaves out missing advice', () => {
    expect(invalid('name', 'a string', 5)).toEqual(new TypeError('`name` must be a string, got 5'));
  });

  test('a message does not show the contents of objects', () => {
    expect(invalid('name', 'a string', { secret: 1 }).message).toBe('`name` must be a string, got an object');
  });

  test('an error has the given cause', () => {
    const cause = new Error('no such unit');
    expect(invalid('timeout', 'a duration', {}, undefined, { cause }).cause).toBe(cause);
    expect(invalid('timeout', 'a duration', {})).not.toHaveProperty('cause');
  });

  test('a value of the right type causes a RangeError', () => {
    expect(invalidRange('timeout', 'greater than 0', 'minus one second', 'use Infinity for no limit')).toEqual(
      new RangeError('`timeout` must be greater than 0, got minus one second; use Infinity for no limit'),
    );
    expect(invalidRange('timeout', 'greater than 0', '0')).toEqual(
      new RangeError('`timeout` must be greater than 0, got 0'),
    );
  });
});
