import { runInNewContext } from 'node:vm';
import {
  builtInName,
  hasMethods,
  isAtLeast,
  isBuiltIn,
  isClass,
  isFunction,
  isNumber,
  isThenable,
  isWhole,
  memberOf,
} from '@stamina/validation';
import { describe, expect, test } from 'vitest';

test.each<[value: unknown, answer: boolean]>([
  [0, true],
  [-1.5, true],
  [Infinity, true],
  [Number.NaN, false],
  ['5', false],
  [5n, false],
  [null, false],
  [new Number(5), false],
])('isNumber(%o) is %s', (value, answer) => {
  expect(isNumber(value)).toBe(answer);
});

test.each([
  [1, true],
  [1.5, true],
  [Number.MAX_VALUE, true],
  [0.9, false],
  [Infinity, false],
  [Number.NaN, false],
])('isAtLeast(1)(%o) is %s', (value, answer) => {
  expect(isAtLeast(1)(value)).toBe(answer);
});

test.each([
  [100, true],
  [599, true],
  [99, false],
  [600, false],
  [200.5, false],
  [Infinity, false],
  [Number.NaN, false],
])('isWhole(100, 599)(%o) is %s', (value, answer) => {
  expect(isWhole(100, 599)(value)).toBe(answer);
});

test('isWhole refuses Infinity without an upper limit', () => {
  expect(isWhole(1)(Number.MAX_SAFE_INTEGER)).toBe(true);
  expect(isWhole(1)(Infinity)).toBe(false);
});

test.each<[answer: boolean, what: string, value: unknown]>([
  [true, 'an object with both methods', { load() {}, save() {} }],
  [true, 'an object that inherits them', Object.create({ load() {}, save() {} })],
  [true, 'a function that has them', Object.assign(() => {}, { load() {}, save() {} })],
  [false, 'an object with one of them', { load() {} }],
  [false, 'an object with a field of that name', { load() {}, save: true }],
  [false, 'null', null],
  [false, 'undefined', undefined],
])('hasMethods is %s for %s', (answer, _, value) => {
  expect(hasMethods(value, 'load', 'save')).toBe(answer);
});

const withThen = (holder: object, then: unknown): object => Object.defineProperty(holder, 'then', { value: then });
const then = (): void => {};

test.each<[answer: boolean, what: string, value: unknown]>([
  [true, 'a promise', Promise.resolve()],
  [true, 'a thenable', withThen({}, then)],
  [true, 'a function with a `then` method', withThen(() => {}, then)],
  [false, 'an object whose `then` is no function', withThen({}, 5)],
  [false, 'an object', {}],
  [false, 'null', null],
  [false, 'undefined', undefined],
  [false, 'a string', 'then'],
])('isThenable is %s for %s', (answer, _, value) => {
  expect(isThenable(value)).toBe(answer);
});

describe('values of another realm', () => {
  class HttpError extends Error {}
  /** A user's class that has the same name as a class of the language. */
  const NamedError = Object.defineProperty(class {}, 'name', { value: 'Error' });
  function OldError(): void {}
  OldError.prototype = Object.create(Error.prototype, { constructor: { value: OldError } });

  /** Runs code in another realm. */
  const elsewhere = (code: string): unknown => runInNewContext(code);

  test('another realm has other classes', () => {
    expect(elsewhere('new Error()')).not.toBeInstanceOf(Error);
  });

  describe('isClass', () => {
    test.each<[what: string, value: unknown]>([
      ['a class', HttpError],
      ['a class without a name', class {}],
      ['a class of the language', Map],
      ['an error class', RangeError],
      ['an error class in ES5', OldError],
      ['a frozen class', Object.freeze(class {})],
      ['a frozen error class', Object.freeze(class extends Error {})],
      ['a class of another realm', elsewhere('class Foreign {}; Foreign')],
      ['an error class of another realm', elsewhere('Error')],
      ['an error class in ES5 of another realm', elsewhere('function Old() {}; Old.prototype = new Error(); Old')],
    ])('recognises %s', (_, value) => {
      expect(isClass(value)).toBe(true);
    });

    test.each<[what: string, value: unknown]>([
      ['a function', function load() {}],
      ['an arrow function', () => {}],
      ['an async function', async () => {}],
      ['a generator function', function* load() {}],
      ['a frozen function', Object.freeze(function load() {})],
      ['a frozen generator function', Object.freeze(function* load() {})],
      ['a frozen async generator function', Object.freeze(async function* load() {})],
      ['a frozen function of another realm', elsewhere('Object.freeze(function load() {})')],
      ['a method', { load() {} }.load],
      ['a bound class', HttpError.bind(null)],
      ['a function of another realm', elsewhere('(function load() {})')],
      ['a function with another prototype', Object.assign(() => {}, { prototype: {} })],
      ['an instance', new HttpError()],
      ['an object with a prototype', { prototype: Error.prototype }],
      ['null', null],
      ['undefined', undefined],
      ['a string', 'Error'],
    ])('refuses %s', (_, value) => {
      expect(isClass(value)).toBe(false);
    });
  });

  describe('isFunction', () => {
    test('accepts functions that are no classes', () => {
      expect(isFunction(() => {})).toBe(true);
      expect(isFunction(parseInt)).toBe(true);
      expect(isFunction(elsewhere('(function load() {})'))).toBe(true);
    });

    test('refuses classes, and values that are no functions', () => {
      expect(isFunction(HttpError)).toBe(false);
      expect(isFunction(elsewhere('Map'))).toBe(false);
      expect(isFunction({ call() {} })).toBe(false);
      expect(isFunction(undefined)).toBe(false);
    });
  });

  describe('isBuiltIn', () => {
    test.each<[what: string, value: unknown, name: string]>([
      ['an error', new Error(), 'Error'],
      ['an error of a subclass', new HttpError(), 'Error'],
      ['an error in ES5', Reflect.construct(OldError, []), 'Error'],
      ['the prototype itself', Error.prototype, 'Error'],
      ['a RangeError', new RangeError(), 'RangeError'],
      ['a map', new Map(), 'Map'],
      ['an error of another realm', elsewhere('new Error()'), 'Error'],
      ['an error of a subclass of another realm', elsewhere('new (class extends TypeError {})()'), 'Error'],
      ['a date of another realm', elsewhere('new Date()'), 'Date'],
      ['a promise of another realm', elsewhere('Promise.resolve()'), 'Promise'],
    ])('recognises %s', (_, value, name) => {
      expect(isBuiltIn(value, name)).toBe(true);
    });

    test.each<[what: string, value: unknown]>([
      ['an object', {}],
      ['an object that names itself an error', { name: 'Error', constructor: { name: 'Error' } }],
      ["an instance of a user's class called Error", new NamedError()],
      ['an object without a prototype', Object.create(null)],
      ['the class itself', Error],
      ['null', null],
      ['undefined', undefined],
      ['a string', 'Error'],
    ])('refuses %s', (_, value) => {
      expect(isBuiltIn(value, 'Error')).toBe(false);
    });

    test('does not confuse a class with its subclass', () => {
      expect(isBuiltIn(new Error(), 'RangeError')).toBe(false);
    });
  });

  describe('builtInName', () => {
    test.each<[name: string | undefined, what: string, value: unknown]>([
      ['Error', 'a class of the language', Error],
      ['Map', 'a class of another realm', elsewhere('Map')],
      ['parseInt', 'a function of the language', parseInt],
      [undefined, "a user's class", HttpError],
      [undefined, "a user's class called Error", NamedError],
      [
        undefined,
        'a function that says it is native',
        Object.assign(() => {}, { toString: () => '{ [native code] }' }),
      ],
      [undefined, 'an instance', new Error()],
      [undefined, 'null', null],
      [undefined, 'a string', 'Error'],
    ])('is %s for %s', (name, _, value) => {
      expect(builtInName(value)).toBe(name);
    });
  });
});

test('memberOf reads own and inherited members', () => {
  class Holder {
    own = 1;
    method(): void {}
  }
  const holder = new (class extends Holder {})();
  expect([memberOf(holder, 'own'), memberOf(holder, 'method')]).toEqual([1, Holder.prototype.method]);
  expect([memberOf(undefined, 'any'), memberOf(null, 'any'), memberOf('text', 'length')]).toEqual([
    undefined,
    undefined,
    4,
  ]);
});

test('memberOf reads nothing from Object.prototype', () => {
  expect([memberOf({}, 'toString'), memberOf(5, 'isPrototypeOf')]).toEqual([undefined, undefined]);
});
