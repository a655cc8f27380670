import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { expect, test, vi } from 'vitest';
import { failing, rejection } from './support/work.ts';

const atOnce = { on: Error, waitMax: 0 };

function* numbers(work: () => unknown, log: unknown[]): Generator<number, string, unknown> {
  try {
    log.push(work());
    log.push(yield 1);
    log.push(yield 2);
    return 'returned';
  } finally {
    log.push('closed');
  }
}

const twice = () => failing(new Error('1'), new Error('2'));

test('a generator is retried until its first value', () => {
  const log: unknown[] = [];
  const work = twice();
  expect([...retrySync(atOnce)(numbers)(work, log)]).toEqual([1, 2]);
  expect(work).toHaveBeenCalledTimes(3);
  expect(log).toEqual(['closed', 'closed', 'done', undefined, undefined, 'closed']);
});

test('a generator receives the values that are sent to it', () => {
  const log: unknown[] = [];
  const generator = retrySync(atOnce)(numbers)(failing(), log);
  expect(generator.next('nobody takes the first')).toEqual({ value: 1, done: false });
  expect(generator.next('a')).toEqual({ value: 2, done: false });
  expect(generator.next('b')).toEqual({ value: 'returned', done: true });
  expect(log).toEqual(['done', 'a', 'b', 'closed']);
});

test('an error after the first value is not retried', () => {
  const error = new Error('in the middle');
  const work = twice();
  const generator = retrySync(atOnce)(numbers)(work, []);
  generator.next();
  expect(() => generator.throw(error)).toThrow(error);
  expect(generator.next()).toEqual({ value: undefined, done: true });
  expect(work).toHaveBeenCalledTimes(3);
});

test('a generator is closed when its reader leaves', () => {
  const log: unknown[] = [];
  for (const value of retrySync(atOnce)(numbers)(failing(), log)) {
    expect(value).toBe(1);
    break;
  }
  expect(log).toEqual(['done', 'closed']);
});

test('a generator that is left before its first value never starts', () => {
  const work = failing();
  const returned = retrySync(atOnce)(numbers)(work, []);
  expect(returned.return('early')).toEqual({ value: 'early', done: true });
  const thrown = retrySync(atOnce)(numbers)(work, []);
  expect(() => thrown.throw('early')).toThrow('early');
  for (const generator of [returned, thrown]) expect(generator.next()).toEqual({ value: undefined, done: true });
  expect(work).not.toHaveBeenCalled();
});

test('an abort before the first value closes the generator', () => {
  const controller = new AbortController();
  const work = failing();
  const generator = retrySync({ ...atOnce, signal: controller.signal })(numbers)(work, []);
  controller.abort('too late');
  expect(() => generator.next()).toThrow('too late');
  expect(generator.next()).toEqual({ value: undefined, done: true });
  expect(work).not.toHaveBeenCalled();
});

test('the wrapped function returns a generator', () => {
  const generator = retrySync(atOnce)(numbers)(() => {}, []);
  expect(generator[Symbol.iterator]()).toBe(generator);
  expect(Object.prototype.toString.call(generator)).toBe('[object Generator]');
});

test('retry refuses a synchronous generator', async () => {
  const work = vi.fn();
  const wrapped = retry(atOnce)(numbers as never) as (...args: Parameters<typeof numbers>) => Promise<unknown>;
  expect(await rejection(wrapped(work, []))).toEqual(
    new TypeError('a function retried here must not return a generator; use retrySync, or make it async'),
  );
  expect(work).not.toHaveBeenCalled();
});

test('retrySync refuses an async generator', () => {
  const wrapped = retrySync(atOnce)(async function* () {} as never) as () => unknown;
  expect(() => wrapped()).toThrow(
    new TypeError('a function retried here must not return an async generator; use retry from @stamina/core'),
  );
});
