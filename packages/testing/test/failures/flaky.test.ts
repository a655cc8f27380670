import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { type FlakyOptions, flaky } from '@stamina/testing';
import { describe, expect, test } from 'vitest';

class HttpError extends Error {}

const ok = () => 'ok';

/** Returns the result or the error of each call. */
async function outcomes(fn: () => unknown, calls = 4): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let num = 1; num <= calls; num++) {
    try {
      found.push(await fn());
    } catch (error) {
      found.push(error);
    }
  }
  return found;
}

test('a function fails once by default', async () => {
  const load = flaky(async (id: number) => ({ id }));
  await expect(load(1)).rejects.toThrow('flaky failure 1');
  expect(await load(2)).toEqual({ id: 2 });
  expect(await load(3)).toEqual({ id: 3 });
});

test('a function fails as often as `failures` says', async () => {
  expect(await outcomes(flaky(ok, { failures: 2, error: 'no' }))).toEqual(['no', 'no', 'ok', 'ok']);
  expect(await outcomes(flaky(ok, { failures: 0 }))).toEqual(['ok', 'ok', 'ok', 'ok']);
  const always = flaky(ok, { failures: Number.POSITIVE_INFINITY, error: 'no' });
  expect(new Set(await outcomes(always, 100))).toEqual(new Set(['no']));
});

test('a failing call throws a value as it is', async () => {
  const error = new HttpError('503');
  expect(await outcomes(flaky(ok, { error }), 1)).toEqual([error]);
  for (const thrown of [null, 0, '', { status: 503 }]) {
    expect(await outcomes(flaky(ok, { error: thrown }), 2)).toEqual([thrown, 'ok']);
  }
});

test('a failing call throws a new instance of a class', async () => {
  const [one, two] = (await outcomes(flaky(ok, { failures: 2, error: HttpError }), 2)) as HttpError[];
  expect(one).toBeInstanceOf(HttpError);
  expect(one?.message).toBe('flaky failure 1');
  expect(two?.message).toBe('flaky failure 2');
  class Odd {}
  function OldError() {}
  OldError.prototype = Object.create(Error.prototype);
  for (const error of [Odd, DOMException, OldError]) {
    expect((await outcomes(flaky(ok, { error }), 1))[0]).toBeInstanceOf(error);
  }
});

test('a failing call throws the result of a function', async () => {
  const errorOf = (num: number) => new HttpError(`status 50${num}`);
  const found = await outcomes(flaky(ok, { failures: 2, error: errorOf }));
  expect(found.map(String)).toEqual(['Error: status 501', 'Error: status 502', 'ok', 'ok']);
  function plain(num: number): string {
    return `plain ${num}`;
  }
  expect(await outcomes(flaky(ok, { error: plain }), 2)).toEqual(['plain 1', 'ok']);
});

test('`errors` lists the errors of the first calls', async () => {
  const errors = ['first', HttpError, (num: number) => num, undefined];
  const found = await outcomes(flaky(ok, { errors }), 5);
  errors.length = 0;
  expect(found).toEqual([
    'first',
    expect.any(HttpError),
    3,
    expect.objectContaining({ message: 'flaky failure 4' }),
    'ok',
  ]);
  expect(await outcomes(flaky(ok, { errors: [] }), 1)).toEqual(['ok']);
});

test('all calls are listed with their arguments', async () => {
  const add = flaky((a: number, b: number) => a + b);
  expect(() => add(1, 2)).toThrow();
  expect(add(3, 4)).toBe(7);
  expect(add.calls).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('`this`, the name and the length are kept', () => {
  const named = flaky(
    function scale(this: { factor: number }, value: number) {
      return this.factor * value;
    },
    { failures: 0 },
  );
  expect([named.name, named.length]).toEqual(['scale', 1]);
  expect(named.call({ factor: 3 }, 5)).toBe(15);
});

test('a failing call fails as its function would', async () => {
  expect(() => flaky(() => 5)()).toThrow('flaky failure 1');
  const promise = flaky(async () => 5)();
  await expect(promise).rejects.toThrow('flaky failure 1');
  const values = flaky(async function* () {
    yield 5;
  });
  await expect(values().next()).rejects.toThrow('flaky failure 1');
  expect(await values().next()).toEqual({ value: 5, done: false });
});

test('a flaky function is retried like any other', async () => {
  const policy = { on: HttpError, waitMax: 0 };
  const load = flaky(async (id: number) => ({ id }), { failures: 2, error: HttpError });
  expect(await retry(policy)(load)(1)).toEqual({ id: 1 });
  const read = flaky(() => 'text', { failures: 2, error: HttpError });
  expect(retrySync(policy)(read)()).toBe('text');
  const values = flaky(
    async function* () {
      yield 5;
    },
    { failures: 2, error: HttpError },
  );
  for await (const value of retry(policy)(values)()) expect(value).toBe(5);
  expect([load, read, values].map(({ calls }) => calls.length)).toEqual([3, 3, 3]);
});

describe('flaky() refuses', () => {
  const FAILURES =
    '`failures` must be an integer of at least 0, or Infinity, got VALUE; use `errors` to list the errors of the first calls';

  const TWICE = '`errors` lists the error of each failing call; remove it, or remove `failures` and `error`';

  test.each<[unknown, typeof TypeError | typeof RangeError, string]>([
    [{ failures: -1 }, RangeError, FAILURES.replace('VALUE', '-1')],
    [{ failures: 1.5 }, RangeError, FAILURES.replace('VALUE', '1.5')],
    [{ failures: '2' }, TypeError, FAILURES.replace('VALUE', '"2"')],
    [{ failures: [1] }, TypeError, FAILURES.replace('VALUE', 'an array of 1')],
    [{ errors: 5 }, TypeError, '`errors` must be an array, got 5; use `error` for one error'],
    [{ errors: [1], error: Error }, TypeError, TWICE],
    [{ errors: [1], failures: 0 }, TypeError, TWICE],
    [
      { fail: 1 },
      TypeError,
      '`fail` is not known in options of flaky; did you mean `failures`? Allowed are failures, error, errors',
    ],
    [2, TypeError, '`options of flaky` must be an object, got 2; write { failures: 2, error: HttpError }'],
  ])('%j', (options, error, message) => {
    const make = () => flaky(() => 5, options as FlakyOptions);
    expect(make).toThrow(error);
    expect(make).toThrow(message);
  });

  test.each([
    ['a number', 5, '5'],
    ['a class', HttpError, 'class HttpError'],
  ])('%s instead of a function', (_, fn, shown) => {
    expect(() => flaky(fn as unknown as () => void)).toThrow(
      `\`fn\` must be a function, got ${shown}; write flaky(async () => 5, { failures: 2 })`,
    );
  });
});
