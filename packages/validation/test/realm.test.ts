import { runInNewContext } from 'node:vm';
import { builtInName, isBuiltIn, isClass, isFunction } from '@stamina/validation';
import { describe, expect, test } from 'vitest';

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
    [undefined, 'a function that says it is native', Object.assign(() => {}, { toString: () => '{ [native code] }' })],
    [undefined, 'an instance', new Error()],
    [undefined, 'null', null],
    [undefined, 'a string', 'Error'],
  ])('is %s for %s', (name, _, value) => {
    expect(builtInName(value)).toBe(name);
  });
});
