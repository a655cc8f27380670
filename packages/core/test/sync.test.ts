import { type RetryOptions, retry, setRetryHooks } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SURFACES, type Work } from './support/surfaces.ts';
import { detailsOf, failing, rejection } from './support/work.ts';

const noWait = { on: () => 0 };
const rejecting = (): Promise<never> => Promise.reject(new Error('this must not be an unhandled rejection'));

afterEach(() => {
  setRetryHooks([]);
  vi.restoreAllMocks();
});

describe.each(SURFACES.filter(({ sync }) => sync))('$title', (surface) => {
  const call = (options: RetryOptions, work: Work): Promise<unknown> => surface.prepare(options, work)();

  test('blocks the thread while it waits', async () => {
    const waits = [20, { milliseconds: 30 }];
    const begun: number[] = [];
    const work = failing();
    work.mockImplementation(() => {
      begun.push(performance.now());
      if (begun.length < 3) throw new Error('not yet');
      return 'done';
    });
    const timer = vi.fn();
    setTimeout(timer, 0);
    const result = call({ on: () => waits.shift() as number }, work);
    // All attempts were made before the call returned. Only the table of surfaces wraps the result in a promise.
    expect(begun).toHaveLength(3);
    expect(timer).not.toHaveBeenCalled();
    expect(await result).toBe('done');
    const [first, second, third] = begun as [number, number, number];
    // The operating system may wake the thread a fraction of a millisecond early, or much too late if it is busy.
    expect(second - first).toBeGreaterThanOrEqual(19.5);
    expect(third - second).toBeGreaterThanOrEqual(29.5);
    expect(third - first).toBeLessThan(5_000);
  });

  test('blocks once for each wait above 0', async () => {
    const wait = vi.spyOn(Atomics, 'wait');
    const waits = [0, 2.5, 0, 1];
    await call({ on: () => waits.shift() as number }, failing(1, 2, 3, 4));
    expect(wait.mock.calls.map((args) => args.slice(1))).toEqual([
      [0, 0, 2.5],
      [0, 0, 1],
    ]);
    expect(wait.mock.results).toMatchObject([{ value: 'timed-out' }, { value: 'timed-out' }]);
  });

  test('measures the elapsed time', async () => {
    const onRecover = vi.fn();
    await call({ on: () => 20, onRecover }, failing(1));
    const [{ elapsed }] = detailsOf(onRecover);
    expect(elapsed).toBeGreaterThanOrEqual(19.5);
    expect(elapsed).toBeLessThan(5_000);
  });

  test('refuses an `on` that returns a promise', async () => {
    const error = new Error('classified');
    const refused = expect.objectContaining({
      name: 'TypeError',
      message: '`on` must answer at once here, got a promise; use retry from @stamina/core',
      cause: error,
    });
    const work = failing(error);
    expect(await rejection(call({ on: async () => true }, work))).toEqual(refused);
    expect(work).toHaveBeenCalledTimes(1);
    expect(await rejection(call({ on: rejecting }, failing(error)))).toEqual(refused);
    expect(await rejection(call({ on: [RangeError, rejecting] }, failing(error)))).toEqual(refused);
  });

  test('throws if a wait cannot block', async () => {
    // Browsers do not block on the main thread.
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    const error = new Error('last');
    const dispose = vi.fn();
    expect(await call(noWait, failing(1))).toBe('done');
    expect(await rejection(call({ on: () => 1, onRetry: () => ({ dispose }) }, failing(error)))).toEqual(
      expect.objectContaining({
        name: 'TypeError',
        message: 'blocking is not possible here; use retry from @stamina/core',
        cause: error,
      }),
    );
    expect(dispose).toHaveBeenCalledTimes(1);
  });
});

describe.each(SURFACES.filter(({ sync, form }) => sync && form !== 'loop' && form !== 'generator'))(
  '$title',
  (surface) => {
    test('refuses work that returns a promise', async () => {
      const call = (work: Work): Promise<unknown> => surface.prepare(noWait, work)();
      const refused = new TypeError('a function retried here must not return a promise; use retry from @stamina/core');
      for (const returns of [async () => 'done', rejecting]) {
        const work = vi.fn<() => Promise<unknown>>(returns);
        expect(await rejection(call(work))).toEqual(refused);
        expect(work).toHaveBeenCalledTimes(1);
      }
      // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
      expect(await rejection(call(() => ({ then() {} })))).toEqual(refused);
      expect(await rejection(call(failing(1).mockReturnValue(rejecting())))).toEqual(refused);
    });
  },
);

test('each attempt gets the same `this` and arguments', () => {
  const calls: unknown[] = [];
  const object = {
    work: retrySync(noWait)(function (this: unknown, ...args: unknown[]) {
      calls.push([this, ...args]);
      if (calls.length < 3) throw new Error('not yet');
      return args.length;
    }),
  };
  const arg = { an: 'argument' };
  expect(object.work(arg, 5)).toBe(2);
  expect(calls).toEqual(Array(3).fill([object, arg, 5]));
  expect((calls as unknown[][]).every(([self, first]) => self === object && first === arg)).toBe(true);
});

test('a wrapped function keeps its properties', () => {
  function read(_path: string, _encoding: string): string {
    return 'text';
  }
  const wrapped = retrySync(noWait)(Object.assign(read, { displayName: 'Read' }));
  expect([wrapped.name, wrapped.length, wrapped.displayName]).toEqual(['read', 2, 'Read']);
  expect(wrapped('path', 'utf8')).toBe('text');
});

test('run gives the attempt only, and needs no `this`', () => {
  const { run } = retrySync(noWait);
  const calls: unknown[] = [];
  run(function (this: unknown, ...args: unknown[]) {
    calls.push([this, args.length, (args[0] as { num: number }).num]);
    if (calls.length < 2) throw new Error('once');
  });
  expect(calls).toEqual([
    [undefined, 1, 1],
    [undefined, 1, 2],
  ]);
});

test('a call is named by its options, or its function', () => {
  const named = (name: string) => Object.defineProperty(failing(1), 'name', { value: name });
  const onRetry = vi.fn();
  const call = (name?: string) => retrySync({ ...noWait, name, onRetry });
  call('policy').run(named('fn'), { name: 'call' });
  call('policy').run(named('fn'), {});
  call().run(named('fn'));
  call().run(named(''));
  call('policy')(named('fn'))();
  call()(named('fn'))();
  call()(named(''))();
  expect(detailsOf(onRetry).map(({ name }) => name)).toEqual([
    'call',
    'policy',
    'fn',
    'anonymous',
    'policy',
    'fn',
    'anonymous',
  ]);
});

test('a block may be used several times at once', () => {
  const block = retryContextSync({ ...noWait, attempts: 2 });
  const log: string[] = [];
  for (const outer of block) {
    for (const inner of block) {
      log.push(`${outer.num}.${inner.num}`);
      if (inner.num === 1) inner.fail('inner');
    }
    if (outer.num === 1) outer.fail('outer');
  }
  expect(log).toEqual(['1.1', '1.2', '2.1', '2.2']);
});

test('a finished iterator stays finished', () => {
  const done = { value: undefined, done: true };
  const iterator = retryContextSync(noWait)[Symbol.iterator]();
  expect(iterator.next()).toMatchObject({ value: { num: 1 }, done: false });
  expect([iterator.next(), iterator.next()]).toEqual([done, done]);
  const fatal = retryContextSync({ on: RangeError })[Symbol.iterator]();
  fatal.next().value.fail('fatal');
  expect(() => fatal.next()).toThrow('fatal');
  expect(fatal.next()).toEqual(done);
});

test('the entry shares hooks with the main entry', () => {
  const hook = vi.fn();
  setRetryHooks([hook]);
  retrySync(noWait).run(failing(1));
  expect(hook).toHaveBeenCalledTimes(1);
});

describe('a generator', () => {
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

  test('the function is called once per attempt', () => {
    const calls = vi.fn(numbers);
    expect([...retrySync(atOnce)(calls)(failing(new Error('1')), [])]).toEqual([1, 2]);
    expect(calls).toHaveBeenCalledTimes(2);
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

  test('a generator that ends before its first value passes on what its source answers', () => {
    const answers = ['returned', 'thrown', 'next'].map((value) => ({ value, done: false }));
    const source = () => ({
      __proto__: Object.getPrototypeOf(numbers).prototype,
      next: () => answers[2],
      return: () => answers[0],
      throw: () => answers[1],
    });
    for (const [index, end] of (['return', 'throw'] as const).entries()) {
      const work = vi.fn(source as unknown as typeof numbers);
      const onSettle = vi.fn();
      const generator = retrySync({ on: Error, onSettle })(work)(failing(), []);
      expect(generator[end]('early')).toBe(answers[index]);
      expect(generator.next()).toBe(answers[2]);
      // It was not started as a call.
      expect(onSettle).not.toHaveBeenCalled();
    }
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
      new TypeError('a function retried here must not return a generator; use @stamina/core/sync, or make it async'),
    );
    expect(work).not.toHaveBeenCalled();
  });

  test('retrySync refuses an async generator', () => {
    const wrapped = retrySync(atOnce)(async function* () {} as never) as () => unknown;
    expect(() => wrapped()).toThrow(
      new TypeError('a function retried here must not return an async generator; use retry from @stamina/core'),
    );
  });
});
