import { runInNewContext } from 'node:vm';
import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

const noWait = { on: () => 0 };

/** Returns the name of a call, as hooks see it. */
async function nameOf(call: (onRetry: () => void) => Promise<unknown>): Promise<string | undefined> {
  const onRetry = vi.fn();
  await call(onRetry);
  return detailsOf(onRetry)[0]?.name;
}

test('run needs no `this`', async () => {
  const { run } = retry(noWait);
  expect(await run(failing(1))).toBe('done');
});

test('run calls the function with the attempt only', async () => {
  const calls: unknown[][] = [];
  await retry(noWait).run(function (this: unknown, ...args: unknown[]) {
    calls.push([this, args.length, (args[0] as { num: number }).num]);
    if (calls.length < 2) throw new Error('once');
  });
  expect(calls).toEqual([
    [undefined, 1, 1],
    [undefined, 1, 2],
  ]);
});

test('run returns a promise of the result', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  const thenable = { then: (resolve: (value: string) => void) => resolve('from a thenable') };
  for (const [fn, result] of [
    [() => 5, 5],
    [async () => 5, 5],
    [() => thenable, 'from a thenable'],
  ] as const) {
    const promise = retry(noWait).run<unknown>(fn);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(result);
  }
});

test('the call, the policy or the function names a run', async () => {
  const runAndName = (options: object, own: { name?: string } | undefined, name: string) =>
    nameOf((onRetry) =>
      retry({ ...noWait, ...options, onRetry }).run(Object.defineProperty(failing(1), 'name', { value: name }), own),
    );
  expect(await runAndName({ name: 'policy' }, { name: 'call' }, 'fn')).toBe('call');
  expect(await runAndName({ name: 'policy' }, {}, 'fn')).toBe('policy');
  expect(await runAndName({}, undefined, 'fn')).toBe('fn');
  expect(await runAndName({}, undefined, '')).toBe('anonymous');
  expect(await runAndName({ name: 'policy' }, { name: '' }, 'fn')).toBe('');
});

test('one policy runs and wraps concurrently', async () => {
  const policy = retry({ ...noWait, attempts: 2 });
  const wrapped = policy(failing(1) as () => Promise<unknown>);
  const other = policy(hopeless('other') as () => Promise<unknown>);
  const results = await Promise.allSettled([policy.run(failing(1)), wrapped(), other(), policy.run(hopeless('run'))]);
  expect(results).toEqual([
    { status: 'fulfilled', value: 'done' },
    { status: 'fulfilled', value: 'done' },
    { status: 'rejected', reason: 'other' },
    { status: 'rejected', reason: 'run' },
  ]);
});

describe('the options of run', () => {
  const type = (message: string): TypeError => new TypeError(message);

  describe.each([
    ['run', retry({ on: Error }).run, ['signal', 'name', 'deadline'], 'write run(fn, { signal })'],
    ['run, synchronous', retrySync({ on: Error }).run, ['name'], 'write run(fn, { name })'],
  ] as const)('%s', (_, run, allowed, instead) => {
    const give =
      (...given: unknown[]) =>
      async (): Promise<unknown> =>
        (run as (...all: unknown[]) => unknown)(...given);
    const expectRefused = async (given: unknown[], error: Error): Promise<void> =>
      expect(await rejection(give(...given)())).toStrictEqual(error);

    test.each([
      [undefined, 'undefined'],
      [{}, 'an object'],
      ['load', '"load"'],
      [Error, 'class Error'],
      [Promise.resolve(), 'an instance of Promise'],
    ])('refuses %o instead of a function', async (fn, shown) => {
      await expectRefused([fn], type(`\`fn\` must be a function, got ${shown}; write run(() => load(id))`));
    });

    class Polyfill {
      get aborted(): boolean {
        return false;
      }
    }
    test.each([
      [null, 'null'],
      ['load', '"load"'],
      [[], 'an array of 0'],
      [new AbortController().signal, 'an instance of AbortSignal'],
      [new Polyfill(), 'an instance of Polyfill'],
    ])('refuses %o instead of options', async (options, shown) => {
      const fn = vi.fn();
      await expectRefused([fn, options], type(`\`options of run\` must be an object, got ${shown}; ${instead}`));
      expect(fn).not.toHaveBeenCalled();
    });

    test('refuses an invalid option', async () => {
      const fn = vi.fn();
      await expectRefused([fn, { name: 5 }], type('`name` must be a string, got 5'));
      await expectRefused([fn, { name: null }], type('`name` must be a string, got null'));
      expect(fn).not.toHaveBeenCalled();
    });

    test('refuses an unknown option', async () => {
      await expectRefused(
        [() => {}, { nam: 'load' }],
        type(`\`nam\` is not known in options of run; did you mean \`name\`? Allowed are ${allowed.join(', ')}`),
      );
    });

    test.each(['on', 'attempts', 'timeout', 'budget', 'attemptTimeout', 'onRetry'])(
      'says where `%s` belongs',
      async (option) => {
        const fn = vi.fn();
        await expectRefused(
          [fn, { [option]: undefined }],
          type(`\`${option}\` belongs to the policy: write retry({ ${option} })`),
        );
        expect(fn).not.toHaveBeenCalled();
      },
    );

    test('accepts `undefined`', async () => {
      expect(await give(() => 'done', undefined)()).toBe('done');
      expect(await give(() => 'done', { name: undefined })()).toBe('done');
      expect(await give(() => 'done', {})()).toBe('done');
    });
  });

  test.each([
    [{}, 'an object'],
    [null, 'null'],
    [new AbortController(), 'an instance of AbortController'],
  ])('run refuses the signal %o', (signal, shown) => {
    const { run } = retry({ on: Error });
    expect(() => run(() => {}, { signal: signal as AbortSignal })).toThrow(
      type(`\`signal\` must be an AbortSignal, got ${shown}`),
    );
  });

  test('synchronous run refuses a signal', () => {
    const { run } = retrySync({ on: Error });
    const { signal } = new AbortController();
    expect(() => run(() => {}, { signal } as object)).toThrow(
      type('`signal` belongs to the policy: write retry({ signal })'),
    );
  });
});

describe('a wrapped function', () => {
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
});
