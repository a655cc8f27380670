import { runInNewContext } from 'node:vm';
import { checkBoolean, checkFunction, checkList, checkNumber, checkString, checkThat } from '@stamina/validation';
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
