import { runInNewContext } from 'node:vm';
import {
  checkBoolean,
  checkFunction,
  checkList,
  checkNumber,
  checkString,
  checkThat,
  invalid,
  invalidRange,
  show,
} from '@stamina/validation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('checkThat', () => {
  const checkBudget = checkThat<{ balance: number }>(
    (value) => typeof value?.balance === 'number',
    'a budget',
    'make one',
  );

  test('returns the same value', () => {
    const budget = { balance: 1 };
    expect(checkBudget('budget', budget)).toBe(budget);
  });

  test('throws a TypeError for any other value', () => {
    expect(() => checkBudget('budget', null)).toThrow(new TypeError('`budget` must be a budget, got null; make one'));
  });

  test('needs no advice', () => {
    expect(() => checkThat(() => false, 'a budget')('budget', 5)).toThrow(
      new TypeError('`budget` must be a budget, got 5'),
    );
  });
});

describe('checkNumber', () => {
  const checkBase = checkNumber((base) => base >= 1, 'a number of at least 1', 'use 1 for equal waits');
  const MESSAGE = '`base` must be a number of at least 1';

  test('returns the number', () => {
    expect(checkBase('base', 1.5)).toBe(1.5);
    expect(checkBase('base', Infinity)).toBe(Infinity);
  });

  test.each([0, -1, -Infinity])('throws a RangeError for a number that is not allowed: %s', (value) => {
    expect(() => checkBase('base', value)).toThrow(new RangeError(`${MESSAGE}, got ${value}; use 1 for equal waits`));
  });

  test.each([
    ['NaN', Number.NaN],
    ['"5"', '5'],
    ['5n', 5n],
    ['null', null],
    ['undefined', undefined],
    ['an instance of Number', new Number(5)],
    ['an instance of Date', new Date(5)],
  ])('throws a TypeError for anything but a number: %s', (shown, value) => {
    expect(() => checkBase('base', value)).toThrow(new TypeError(`${MESSAGE}, got ${shown}; use 1 for equal waits`));
  });
});

describe('checkList', () => {
  const checkNames = checkList(checkString, "write ['GET']");

  test('returns a copy of the checked items', () => {
    const names = ['GET', 'PUT'];
    const checked = checkNames('methods', names);
    expect(checked).toEqual(names);
    expect(checked).not.toBe(names);
  });

  test('returns what the check of the items returns', () => {
    const checkLength = checkList((_name, value) => String(value).length);
    expect(checkLength('methods', ['GET', 'DELETE'])).toEqual([3, 6]);
  });

  test('accepts an empty array, and an array of another realm', () => {
    expect(checkNames('methods', [])).toEqual([]);
    expect(checkNames('methods', runInNewContext("['GET']"))).toEqual(['GET']);
  });

  test('names the item that is not allowed', () => {
    expect(() => checkNames('methods', ['GET', 5])).toThrow(new TypeError('`methods[1]` must be a string, got 5'));
  });

  test('checks holes too', () => {
    expect(() => checkNames('methods', Array(1))).toThrow(
      new TypeError('`methods[0]` must be a string, got undefined'),
    );
  });

  test.each([
    ['"GET"', 'GET'],
    ['an instance of Set', new Set(['GET'])],
    ['an object', { length: 0 }],
    ['null', null],
  ])('throws a TypeError for anything but an array: %s', (shown, value) => {
    expect(() => checkNames('methods', value)).toThrow(
      new TypeError(`\`methods\` must be an array, got ${shown}; write ['GET']`),
    );
  });
});

describe('checkString', () => {
  test.each(['', 'load'])('accepts "%s"', (value) => {
    expect(checkString('name', value)).toBe(value);
  });

  test.each([5, null, undefined, Symbol('name'), new String('load')])('refuses %o', (value) => {
    expect(() => checkString('name', value)).toThrow(/^`name` must be a string, got /);
  });
});

describe('checkBoolean', () => {
  test.each([true, false])('accepts %s', (value) => {
    expect(checkBoolean('unref', value)).toBe(value);
  });

  test.each([0, 1, 'true', null, undefined, new Boolean(true)])('refuses %o', (value) => {
    expect(() => checkBoolean('unref', value)).toThrow(/^`unref` must be true or false, got /);
  });
});

describe('checkFunction', () => {
  function Old(): void {}
  Old.prototype = Object.create(Error.prototype);

  test.each<[what: string, value: unknown]>([
    ['a function', function load() {}],
    ['an arrow function', () => {}],
    ['an async function', async () => {}],
    ['a generator function', function* load() {}],
    ['a method', { load() {} }.load],
    ['a bound function', function load() {}.bind(null)],
    ['a function of the language', parseInt],
    ['a function of another realm', runInNewContext('() => {}')],
  ])('accepts %s', (_, value) => {
    expect(checkFunction('onRetry', value)).toBe(value);
  });

  test.each<[what: string, value: unknown, shown: string]>([
    ['a class', class Hook {}, 'class Hook'],
    ['a class of the language', Map, 'class Map'],
    ['an error class', Error, 'class Error'],
    ['an error class in ES5', Old, 'class Old'],
    ['an object', { call() {} }, 'an object'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
  ])('refuses %s', (_, value, shown) => {
    expect(() => checkFunction('onRetry', value)).toThrow(
      new TypeError(`\`onRetry\` must be a function, got ${shown}`),
    );
  });
});

describe('messages', () => {
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
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('constructor', 'name', 'length', 'message', 'toString', 'toJSON'),
    );
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
});
