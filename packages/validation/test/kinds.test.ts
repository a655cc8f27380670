import { hasMethods, isAtLeast, isNumber, isThenable, isWhole } from '@stamina/validation';
import { expect, test } from 'vitest';

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
