import { retry } from '@stamina/core';
import { simulate } from '@stamina/testing';
import { expect, test } from 'vitest';

class HttpError extends Error {}

const POLICY = '`policy` must be retry options, or a policy from retry() or retryContext(), got';
const WRAPPED = 'a wrapped function does not show its policy, so keep the policy in a constant';

const refused: [given: unknown[], error: typeof TypeError | typeof RangeError, message: string][] = [
  [[], TypeError, `${POLICY} undefined; ${WRAPPED}`],
  [[null], TypeError, `${POLICY} null; ${WRAPPED}`],
  [[5], TypeError, `${POLICY} 5; ${WRAPPED}`],
  [[[HttpError]], TypeError, `${POLICY} an array of 1; ${WRAPPED}`],
  [[retry({ on: Error })(async function load() {})], TypeError, `${POLICY} function load; ${WRAPPED}`],
  [[{ attempts: 3 }], TypeError, '`on` must be'],
  [[{ on: HttpError, attempts: 0 }], RangeError, '`attempts` must be an integer of at least 1'],
  [
    [{ on: HttpError }, 5],
    TypeError,
    '`options of simulate` must be an object, got 5; write simulate(policy, { failures: 3 })',
  ],
  [
    [{ on: HttpError }, { call: 3 }],
    TypeError,
    '`call` is not known in options of simulate; did you mean `calls`? Allowed are failures, calls, seed, error, attemptTime, callsPerSecond',
  ],
  [
    [{ on: HttpError }, { failures: -1 }],
    RangeError,
    '`failures` must be an integer of at least 0, or Infinity, got -1',
  ],
  [
    [{ on: HttpError }, { failures: 0.5 }],
    RangeError,
    '`failures` must be an integer of at least 0, or Infinity, got 0.5',
  ],
  [[{ on: HttpError }, { calls: 0 }], RangeError, '`calls` must be an integer from 1 to 1000000, got 0'],
  [[{ on: HttpError }, { calls: 1e7 }], RangeError, '`calls` must be an integer from 1 to 1000000, got 10000000'],
  [[{ on: HttpError }, { seed: 0.5 }], RangeError, '`seed` must be an integer from -2147483648 to 4294967295, got 0.5'],
  [[{ on: HttpError }, { seed: 'a' }], TypeError, '`seed` must be an integer from -2147483648 to 4294967295, got "a"'],
  [
    [{ on: HttpError }, { attemptTime: -1 }],
    RangeError,
    '`attemptTime` must be a number of milliseconds of at least 0, got -1',
  ],
  [
    [{ on: HttpError }, { callsPerSecond: 0 }],
    RangeError,
    '`callsPerSecond` must be a number from 0.001 to 1000000, got 0',
  ],
];

test.each(refused)('%o is refused', (given, error, message) => {
  const call = () => (simulate as (...given: unknown[]) => unknown)(...given);
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});

test('times and rates may have fractions', () => {
  expect(simulate({ on: HttpError, attempts: 1 }, { attemptTime: 0.5, callsPerSecond: 0.5 }).worstCase).toBe(0.5);
});
