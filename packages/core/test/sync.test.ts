import { setRetryHooks } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failing, told } from './work.ts';

const atOnce = { on: () => 0 };
const rejecting = (): Promise<never> => Promise.reject(new Error('nobody is to miss this'));

afterEach(() => {
  setRetryHooks([]);
  vi.restoreAllMocks();
});

/** The two ways that reach the thread's wait: each calls the work until it succeeds. */
const SURFACES: Record<string, (options: Parameters<typeof retrySync>[0], work: () => unknown) => unknown> = {
  run: (options, work) => retrySync(options).run(work),
  'a wrapped function': (options, work) => retrySync(options)(work)(),
  'a loop': (options, work) => {
    for (const attempt of retryContextSync(options)) {
      try {
        return work();
      } catch (error) {
        attempt.fail(error);
      }
    }
    return undefined;
  },
};

describe.each(Object.entries(SURFACES))('%s', (_, call) => {
  test('blocks the thread for as long as each wait is', () => {
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
    expect(call({ on: () => waits.shift() as number }, work)).toBe('done');
    expect(timer).not.toHaveBeenCalled();
    const [first, second, third] = begun as [number, number, number];
    // Timers of the operating system may be early by a fraction of a millisecond, and late by much on a busy machine.
    expect(second - first).toBeGreaterThanOrEqual(19.5);
    expect(third - second).toBeGreaterThanOrEqual(29.5);
    expect(third - first).toBeLessThan(5_000);
  });

  test('blocks for the wait, once for each, and not at all where there is none', () => {
    const wait = vi.spyOn(Atomics, 'wait');
    const waits = [0, 2.5, 0, 1];
    call({ on: () => waits.shift() as number }, failing(1, 2, 3, 4));
    expect(wait.mock.calls.map((args) => args.slice(1))).toEqual([
      [0, 0, 2.5],
      [0, 0, 1],
    ]);
    expect(wait.mock.results).toMatchObject([{ value: 'timed-out' }, { value: 'timed-out' }]);
  });

  test('tells hooks how long it took', () => {
    const onRecover = vi.fn();
    call({ on: () => 20, onRecover }, failing(1));
    const [{ elapsed }] = told(onRecover);
    expect(elapsed).toBeGreaterThanOrEqual(19.5);
    expect(elapsed).toBeLessThan(5_000);
  });

  test('refuses an `on` that answers by a promise, which is nobody\u2019s unhandled rejection', () => {
    const error = new Error('judged');
    const work = failing(error);
    const refused = expect.objectContaining({
      name: 'TypeError',
      message: '`on` must answer at once here, got a promise; use retry from @stamina/core',
      cause: error,
    });
    expect(() => call({ on: async () => true }, work)).toThrow(refused);
    expect(work).toHaveBeenCalledTimes(1);
    expect(() => call({ on: rejecting }, failing(error))).toThrow(refused);
    expect(() => call({ on: [RangeError, rejecting] }, failing(error))).toThrow(refused);
  });

  test('says so where blocking is impossible, with the last error as cause, and only at a wait', () => {
    // As on the main thread of a browser.
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    const error = new Error('last');
    const dispose = vi.fn();
    expect(call(atOnce, failing(1))).toBe('done');
    expect(() => call({ on: () => 1, onRetry: () => ({ dispose }) }, failing(error))).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: 'blocking is not possible here; use retry from @stamina/core',
        cause: error,
      }),
    );
    expect(dispose).toHaveBeenCalledTimes(1);
  });
});

describe.each([
  ['run', (work: () => unknown) => retrySync(atOnce).run(work)],
  ['a wrapped function', (work: () => unknown) => retrySync(atOnce)(work)()],
])('%s', (_, call) => {
  test('refuses a function that returns a promise, which is nobody\u2019s unhandled rejection', () => {
    const refused = new TypeError('a function retried here must not return a promise; use retry from @stamina/core');
    for (const returns of [async () => 'done', rejecting]) {
      const work = vi.fn<() => Promise<unknown>>(returns);
      expect(() => call(work)).toThrow(refused);
      expect(work).toHaveBeenCalledTimes(1);
    }
    // biome-ignore lint/suspicious/noThenProperty: thenables are the point
    expect(() => call(() => ({ then() {} }))).toThrow(refused);
    expect(() => call(failing(1).mockReturnValue(rejecting()))).toThrow(refused);
  });
});

test('a wrapped function is called with the same `this` and arguments each time', () => {
  const calls: unknown[] = [];
  const object = {
    work: retrySync(atOnce)(function (this: unknown, ...args: unknown[]) {
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

test('a wrapped function keeps name, length and what else was put on it', () => {
  function read(_path: string, _encoding: string): string {
    return 'text';
  }
  const wrapped = retrySync(atOnce)(Object.assign(read, { displayName: 'Read' }));
  expect([wrapped.name, wrapped.length, wrapped.displayName]).toEqual(['read', 2, 'Read']);
  expect(wrapped('path', 'utf8')).toBe('text');
});

test('run needs no object to be called on, and gives the attempt and nothing else', () => {
  const { run } = retrySync(atOnce);
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

test('names are given by the call, by the policy, by the function, or by nothing', () => {
  const named = (name: string) => Object.defineProperty(failing(1), 'name', { value: name });
  const onRetry = vi.fn();
  const call = (name?: string) => retrySync({ ...atOnce, name, onRetry });
  call('policy').run(named('fn'), { name: 'call' });
  call('policy').run(named('fn'), {});
  call().run(named('fn'));
  call().run(named(''));
  call('policy')(named('fn'))();
  call()(named('fn'))();
  call()(named(''))();
  expect(told(onRetry).map(({ name }) => name)).toEqual([
    'call',
    'policy',
    'fn',
    'anonymous',
    'policy',
    'fn',
    'anonymous',
  ]);
});

test('retryContextSync may be used again, and by several loops at once', () => {
  const context = retryContextSync({ ...atOnce, attempts: 2 });
  const log: string[] = [];
  for (const outer of context) {
    for (const inner of context) {
      log.push(`${outer.num}.${inner.num}`);
      if (inner.num === 1) inner.fail('inner');
    }
    if (outer.num === 1) outer.fail('outer');
  }
  expect(log).toEqual(['1.1', '1.2', '2.1', '2.2']);
});

test('an iterator that is done stays done', () => {
  const done = { value: undefined, done: true };
  const iterator = retryContextSync(atOnce)[Symbol.iterator]();
  expect(iterator.next()).toMatchObject({ value: { num: 1 }, done: false });
  expect([iterator.next(), iterator.next()]).toEqual([done, done]);
  const fatal = retryContextSync({ on: RangeError })[Symbol.iterator]();
  fatal.next().value.fail('fatal');
  expect(() => fatal.next()).toThrow('fatal');
  expect(fatal.next()).toEqual(done);
});

test('both entries share hooks and modes', () => {
  const hook = vi.fn();
  setRetryHooks([hook]);
  retrySync(atOnce).run(failing(1));
  expect(hook).toHaveBeenCalledTimes(1);
});
