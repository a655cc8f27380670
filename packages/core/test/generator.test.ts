import { EventEmitter, on } from 'node:events';
import { retry } from '@stamina/core';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as native from './fixtures/generator.ts';
import { compiled } from './support/compiled.ts';
import { finish } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

const atOnce = { on: () => 0 };

const KINDS: Record<string, () => Promise<typeof native> | typeof native> = {
  'a native async generator': () => native,
  'a down-levelled async generator': () => compiled('generator', { target: 4 }),
  'a function that returns an async generator': () => ({ numbers: (...args) => native.numbers(...args) }),
  'an object with the methods of an async generator': () => ({
    numbers(...args) {
      const source = native.numbers(...args);
      const generator = {
        next: (...sent: [] | [unknown]) => source.next(...sent),
        return: (value: string) => source.return(value),
        throw: (error: unknown) => source.throw(error),
        [Symbol.asyncIterator]: () => generator,
      };
      return generator as unknown as typeof source;
    },
  }),
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(KINDS))('%s', (_, load) => {
  let numbers: typeof native.numbers;

  beforeAll(async () => {
    ({ numbers } = await load());
  });

  test('yields values, and receives those sent to it', async () => {
    const log: unknown[] = [];
    const generator = retry(atOnce)(numbers)(() => 'begun', log);
    expect(await generator.next('nobody takes the first')).toEqual({ value: 1, done: false });
    expect(log).toEqual(['begun']);
    expect(await generator.next('a')).toEqual({ value: 2, done: false });
    expect(await generator.next('b')).toEqual({ value: 'returned', done: true });
    expect(await generator.next('c')).toEqual({ value: undefined, done: true });
    expect(log).toEqual(['begun', 'a', 'b', 'closed']);
  });

  test('is retried until its first value', async () => {
    const log: unknown[] = [];
    const work = failing(new Error('1'), new Error('2'));
    const values: unknown[] = [];
    for await (const value of retry(atOnce)(numbers)(work, log)) values.push(value);
    expect(values).toEqual([1, 2]);
    expect(work).toHaveBeenCalledTimes(3);
    expect(log).toEqual(['closed', 'closed', 'done', undefined, undefined, 'closed']);
  });

  test('throws the last error unchanged, and is done', async () => {
    const error = new Error('always');
    const generator = retry({ ...atOnce, attempts: 2 })(numbers)(hopeless(error), []);
    expect(await rejection(generator.next())).toBe(error);
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  test('waits between attempts', async () => {
    const origin = performance.now();
    const generator = retry({ on: () => 250 })(numbers)(failing(1, 2), []);
    expect(await finish(generator.next())).toEqual({ value: 1, done: false });
    expect(performance.now() - origin).toBe(500);
  });

  test('is closed when its reader leaves', async () => {
    const log: unknown[] = [];
    for await (const value of retry(atOnce)(numbers)(failing(1), log)) {
      expect(value).toBe(1);
      break;
    }
    expect(log).toEqual(['closed', 'done', 'closed']);
  });

  test('is closed by `return`', async () => {
    const log: unknown[] = [];
    const generator = retry(atOnce)(numbers)(failing(1), log);
    await generator.next();
    expect(await generator.return('early')).toEqual({ value: 'early', done: true });
    expect(await generator.next()).toEqual({ value: undefined, done: true });
    expect(log).toEqual(['closed', 'done', 'closed']);
  });

  test('does not retry after `throw`', async () => {
    const log: unknown[] = [];
    const error = new Error('thrown into it');
    const work = failing(1);
    const generator = retry(atOnce)(numbers)(work, log);
    await generator.next();
    expect(await rejection(generator.throw(error))).toBe(error);
    expect(log).toEqual(['closed', 'done', 'closed']);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('does not start after `return`', async () => {
    const work = failing();
    const generator = retry(atOnce)(numbers)(work, []);
    expect(await generator.return('before')).toEqual({ value: 'before', done: true });
    expect(await generator.next()).toEqual({ value: undefined, done: true });
    expect(work).not.toHaveBeenCalled();
  });

  test('does not start before `next`', async () => {
    const work = failing();
    retry(atOnce)(numbers)(work, []);
    await vi.runAllTimersAsync();
    expect(work).not.toHaveBeenCalled();
  });
});

describe('a source that listens from its creation', () => {
  const emitter = new EventEmitter();
  const listeners = (): number => emitter.listenerCount('message');
  const listen = () => on(emitter, 'message') as AsyncGenerator<unknown, unknown, unknown>;

  afterEach(() => {
    expect(listeners()).toBe(0);
  });

  test('is closed by `return` before the first value', async () => {
    const generator = retry(atOnce)(listen)();
    expect(listeners()).toBe(1);
    expect(await generator.return('early')).toMatchObject({ done: true });
    expect(listeners()).toBe(0);
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  test('is closed by `throw` before the first value', async () => {
    const error = new Error('thrown into it');
    const generator = retry(atOnce)(listen)();
    void generator.throw(error);
    expect(await rejection(generator.next())).toBe(error);
  });

  test('is closed by `return` while the first value is awaited', async () => {
    const generator = retry(atOnce)(listen)();
    const value = generator.next();
    await generator.return('early');
    expect(await value).toEqual({ value: undefined, done: true });
  });

  test('is closed by an abort before the first value', async () => {
    const controller = new AbortController();
    const generator = retry({ ...atOnce, signal: controller.signal })(listen)();
    controller.abort('too late');
    expect(await rejection(generator.next())).toBe('too late');
    expect(listeners()).toBe(0);
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  test('rejects with the reason of the abort even if it cannot be closed', async () => {
    for (const fail of [() => Promise.reject(new Error('stuck')), () => expect.unreachable('not closed')]) {
      const controller = new AbortController();
      const generator = retry({ ...atOnce, signal: controller.signal })(() => {
        const source = native.numbers(() => {}, []);
        return Object.assign(source, { return: fail });
      })();
      controller.abort('too late');
      expect(await rejection(generator.next())).toBe('too late');
    }
  });
});

test('a reader that leaves during a wait ends the call', async () => {
  const onRecover = vi.fn();
  const work = failing(1, 2);
  const generator = retry({ on: () => 250, onRecover })(native.numbers)(work, []);
  const value = generator.next();
  await vi.advanceTimersByTimeAsync(100);
  expect(await generator.return('early')).toEqual({ value: 'early', done: true });
  expect(await finish(value)).toEqual({ value: undefined, done: true });
  expect(work).toHaveBeenCalledTimes(1);
  expect(onRecover).not.toHaveBeenCalled();
});

test('an attempt that fails after its reader has left is not retried', async () => {
  const error = new Error('late');
  const work = vi.fn(() => Promise.reject(error));
  const generator = retry(atOnce)(native.numbers)(work, []);
  const value = generator.next();
  const left = generator.return('early');
  expect(await rejection(value)).toBe(error);
  expect(await left).toEqual({ value: 'early', done: true });
  expect(work).toHaveBeenCalledTimes(1);
});

test('an error after the first value is not retried', async () => {
  const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
  const error = new Error('in the middle');
  const begun = vi.fn();
  const generator = retry({ ...atOnce, ...hooks })(async function* () {
    begun();
    yield 1;
    throw error;
  })();
  expect(await generator.next()).toEqual({ value: 1, done: false });
  expect(await rejection(generator.next())).toBe(error);
  expect(begun).toHaveBeenCalledTimes(1);
  for (const hook of Object.values(hooks)) expect(hook).not.toHaveBeenCalled();
});

test('a generator may catch an error from `throw`', async () => {
  const generator = retry(atOnce)(async function* (): AsyncGenerator<unknown, unknown, unknown> {
    let value: unknown = 'begun';
    for (;;) {
      try {
        yield value;
      } catch (error) {
        value = `caught ${error}`;
      }
    }
  })();
  expect(await generator.next()).toEqual({ value: 'begun', done: false });
  expect(await generator.throw('a')).toEqual({ value: 'caught a', done: false });
  expect(await generator.throw('b')).toEqual({ value: 'caught b', done: false });
});

test('a generator without values may succeed after a retry', async () => {
  const onRecover = vi.fn();
  const work = failing(new Error('once'));
  const generator = retry({ ...atOnce, onRecover })(async function* () {
    const result = work();
    if (result !== 'done') yield result;
    return result;
  })();
  expect(await generator.next()).toEqual({ value: 'done', done: true });
  expect(onRecover).toHaveBeenCalledTimes(1);
});

test('each attempt gets `this` and the arguments', async () => {
  const calls: unknown[] = [];
  const onRecover = vi.fn();
  const object = {
    numbers: retry({ ...atOnce, onRecover })(async function* numbers(this: unknown, ...args: unknown[]) {
      calls.push([this, ...args]);
      if (calls.length < 3) throw new Error('not yet');
      yield calls.length;
    }),
  };
  expect(await object.numbers('a', 5).next()).toEqual({ value: 3, done: false });
  expect(calls).toEqual([
    [object, 'a', 5],
    [object, 'a', 5],
    [object, 'a', 5],
  ]);
  expect(detailsOf(onRecover)).toMatchObject([{ name: 'numbers', args: ['a', 5], attempt: 3 }]);
});

test('the function is called once per attempt', async () => {
  for (const failures of [0, 2]) {
    const work = failing(...Array(failures).keys());
    const handOn = vi.fn(() => native.numbers(work, []));
    expect(await retry(atOnce)(handOn)().next()).toEqual({ value: 1, done: false });
    expect(handOn).toHaveBeenCalledTimes(failures + 1);
  }
});

test('a call that was aborted before rejects on iteration', async () => {
  const reason = { why: 'the caller went away' };
  const policy = retry({ on: Error, signal: AbortSignal.abort(reason) });
  const iterate = async (): Promise<void> => {
    for await (const value of policy(native.numbers)(hopeless(), [])) expect.unreachable(`there is a value: ${value}`);
  };
  expect(await rejection(iterate())).toBe(reason);
  const generator = policy(native.numbers)(hopeless(), []);
  for (const step of [generator.next(), generator.return('early'), generator.throw(new Error('in vain'))]) {
    expect(await rejection(step)).toBe(reason);
  }
});

test('concurrent calls of `next` get consecutive values', async () => {
  const generator = retry(atOnce)(native.numbers)(failing(1), []);
  expect(await Promise.all([generator.next(), generator.next('a'), generator.next('b'), generator.next()])).toEqual([
    { value: 1, done: false },
    { value: 2, done: false },
    { value: 'returned', done: true },
    { value: undefined, done: true },
  ]);
});

test('the result is an async generator', () => {
  const generator = retry(atOnce)(native.numbers)(() => {}, []);
  expect(generator[Symbol.asyncIterator]()).toBe(generator);
  expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
});

test('objects that resemble an async generator are plain results', async () => {
  const sequence = async function* () {};
  const whole = { next() {}, return() {}, throw() {}, [Symbol.asyncIterator]() {} };
  const lacking = (name: string | symbol): object => {
    const rest: Record<string | symbol, unknown> = { ...whole };
    delete rest[name];
    return rest;
  };
  const results = [
    lacking('next'),
    lacking('return'),
    lacking('throw'),
    lacking(Symbol.asyncIterator),
    { ...whole, next: 5 },
    Object.assign(() => {}, whole),
    [1].values(),
  ];
  for (const result of results) expect(await retry(atOnce)(() => result)()).toBe(result);
  const promised = sequence();
  expect(await retry(atOnce)(async () => promised)()).toBe(promised);
  expect(await retry(atOnce).run(() => promised)).toBe(promised);
});

test('an error before the generator is retried like any other', async () => {
  const work = vi.fn(() => {
    if (work.mock.calls.length === 1) throw new Error('once');
    return 'no generator after all';
  });
  expect(await retry(atOnce)(work)()).toBe('no generator after all');
});

test('aborting ends the wait for the first value', async () => {
  const controller = new AbortController();
  const reason = new Error('the caller went away');
  setTimeout(() => controller.abort(reason), 20);
  const generator = retry({ on: Error, signal: controller.signal })(native.numbers)(hopeless(), []);
  const origin = performance.now();
  expect(await rejection(finish(generator.next()))).toBe(reason);
  expect(performance.now() - origin).toBe(20);
});
