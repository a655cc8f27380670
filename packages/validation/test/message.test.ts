import { invalid, invalidRange } from '@stamina/validation';
import { expect, test } from 'vitest';

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
