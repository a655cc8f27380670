import { runInNewContext } from 'node:vm';
import { retry } from '@stamina/core';
import { expect, test, vi } from 'vitest';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

const noWait = { on: () => 0 };

/** Returns the name of a call, as hooks see it. */
async function nameOf(call: (onRetry: () => void) => Promise<unknown>): Promise<string | undefined> {
  const onRetry = vi.fn();
  await call(onRetry);
  return detailsOf(onRetry)[0]?.name;
}

test('each attempt gets the same `this` and arguments', async () => {
  const calls: unknown[] = [];
  const object = {
    work: retry(noWait)(async function (this: unknown, ...args: unknown[]) {
      calls.push([this, ...args]);
      if (calls.length < 3) throw new Error('not yet');
      return args.length;
    }),
  };
  const arg = { an: 'argument' };
  expect(await object.work(arg, undefined)).toBe(2);
  expect(calls).toEqual(Array(3).fill([object, arg, undefined]));
  expect((calls as unknown[][]).every(([self, first]) => self === object && first === arg)).toBe(true);
});

test('hooks get a frozen copy of the arguments', async () => {
  const onRetry = vi.fn();
  const arg = { an: 'argument' };
  await retry({ ...noWait, onRetry })(failing(1, 2) as (...args: unknown[]) => Promise<unknown>)(arg, 5);
  const [first, second] = detailsOf(onRetry).map(({ args }) => args);
  expect(first).toEqual([arg, 5]);
  expect(first[0]).toBe(arg);
  expect(Array.isArray(first)).toBe(true);
  expect(Object.isFrozen(first)).toBe(true);
  expect(second).toEqual([arg, 5]);
});

test('name and length are kept', () => {
  async function getUser(_id: string, _more: boolean): Promise<void> {}
  const wrapped = retry(noWait)(getUser);
  expect([wrapped.name, wrapped.length]).toEqual(['getUser', 2]);
  expect(Object.getOwnPropertyDescriptor(wrapped, 'name')).toEqual(Object.getOwnPropertyDescriptor(getUser, 'name'));
  expect(wrapped).not.toBe(getUser);
});

test('own properties are kept', () => {
  const key = Symbol('key');
  const fn = Object.assign(async () => {}, { displayName: 'Get user', [key]: 5 });
  let read = 0;
  Object.defineProperty(fn, 'live', { get: () => ++read });
  const wrapped = retry(noWait)(fn);
  expect([wrapped.displayName, wrapped[key]]).toEqual(['Get user', 5]);
  expect(read).toBe(0);
  expect((wrapped as unknown as { live: number }).live).toBe(1);
});

test('`prototype`, `caller` and `arguments` are not copied', () => {
  const old = Function('return 5') as () => number;
  const wrapped = retry(noWait)(old);
  expect(wrapped.prototype).not.toBe(old.prototype);
  expect(Object.getOwnPropertyNames(wrapped)).not.toContain('caller');
  expect(Object.getOwnPropertyNames(wrapped)).not.toContain('arguments');
});

test('the result is a promise', async () => {
  for (const fn of [() => 5, async () => 5, () => Promise.resolve(5)]) {
    const result = retry(noWait)(fn as () => Promise<number>)();
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe(5);
  }
});

test('a function that throws becomes a rejection', async () => {
  const result = retry({ ...noWait, attempts: 1 })(hopeless('thrown'))();
  expect(result).toBeInstanceOf(Promise);
  expect(await rejection(result)).toBe('thrown');
});

test('thenables are awaited, and retried', async () => {
  const settled: string[] = [];
  class Query {
    readonly #fails: boolean;
    constructor(fails: boolean) {
      this.#fails = fails;
    }
    // biome-ignore lint/suspicious/noThenProperty: query builders have one
    then(resolve: (value: string) => void, reject: (error: unknown) => void): void {
      settled.push(this.#fails ? 'rejected' : 'resolved');
      if (this.#fails) reject(new Error('the query failed'));
      else resolve('rows');
    }
  }
  const queries = [new Query(true), new Query(false)];
  const result = retry(noWait)(() => queries.shift() as unknown as Promise<string>)();
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toBe('rows');
  expect(settled).toEqual(['rejected', 'resolved']);
});

test('promises of another realm are awaited', async () => {
  const results = [runInNewContext('Promise.reject(new Error("foreign"))'), runInNewContext('Promise.resolve(5)')];
  const result = retry({ on: Error, waitMax: 0 })(() => results.shift() as Promise<number>)();
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toBe(5);
});

test('a thenable whose `then` throws is retried', async () => {
  const work = vi.fn(() => {
    if (work.mock.calls.length > 1) return Promise.resolve('done');
    return Object.defineProperty({}, 'then', {
      get() {
        throw new Error('a broken thenable');
      },
    });
  });
  expect(await retry(noWait)(work)()).toBe('done');
});

test('the function names the call, if the policy does not', async () => {
  const wrapAndCall = (options: object, fn: () => unknown) =>
    nameOf((onRetry) => retry({ ...noWait, ...options, onRetry })(fn as () => Promise<unknown>)());
  const getUser = Object.defineProperty(failing(1), 'name', { value: 'getUser' });
  expect(await wrapAndCall({}, getUser)).toBe('getUser');
  expect(await wrapAndCall({ name: 'user' }, Object.defineProperty(failing(1), 'name', { value: 'getUser' }))).toBe(
    'user',
  );
  expect(await wrapAndCall({}, Object.defineProperty(failing(1), 'name', { value: '' }))).toBe('anonymous');
});

test('a wrapped function may be wrapped again', async () => {
  const work = hopeless();
  const twice = retry({ ...noWait, attempts: 3, nested: true })(
    retry({ ...noWait, attempts: 2 })(work as () => Promise<unknown>),
  );
  await expect(twice()).rejects.toThrow('always');
  expect(work).toHaveBeenCalledTimes(6);
});
