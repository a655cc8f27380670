import { runInNewContext } from 'node:vm';
import { retry, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { describe, expect, test, vi } from 'vitest';
import { failing, hopeless, rejection, told } from './work.ts';

const atOnce = { on: () => 0 };

/** What hooks call the retry that `call` makes. */
async function nameOf(call: (onRetry: () => void) => Promise<unknown>): Promise<string | undefined> {
  const onRetry = vi.fn();
  await call(onRetry);
  return told(onRetry)[0]?.name;
}

describe('a wrapped function', () => {
  test('is called with the same `this` and arguments each time', async () => {
    const calls: unknown[] = [];
    const object = {
      work: retry(atOnce)(async function (this: unknown, ...args: unknown[]) {
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

  test('is told to hooks with a copy of its arguments, as they are', async () => {
    const onRetry = vi.fn();
    const arg = { an: 'argument' };
    await retry({ ...atOnce, onRetry })(failing(1, 2) as (...args: unknown[]) => Promise<unknown>)(arg, 5);
    const [first, second] = told(onRetry).map(({ args }) => args);
    expect(first).toEqual([arg, 5]);
    expect(first[0]).toBe(arg);
    expect(Array.isArray(first)).toBe(true);
    expect(second).toEqual([arg, 5]);
  });

  test('keeps name and length', () => {
    async function getUser(_id: string, _more: boolean): Promise<void> {}
    const wrapped = retry(atOnce)(getUser);
    expect([wrapped.name, wrapped.length]).toEqual(['getUser', 2]);
    expect(Object.getOwnPropertyDescriptor(wrapped, 'name')).toEqual(Object.getOwnPropertyDescriptor(getUser, 'name'));
    expect(wrapped).not.toBe(getUser);
  });

  test('has what else was put on the function', () => {
    const key = Symbol('key');
    const fn = Object.assign(async () => {}, { displayName: 'Get user', [key]: 5 });
    let read = 0;
    Object.defineProperty(fn, 'live', { get: () => ++read });
    const wrapped = retry(atOnce)(fn);
    expect([wrapped.displayName, wrapped[key]]).toEqual(['Get user', 5]);
    expect(read).toBe(0);
    expect((wrapped as unknown as { live: number }).live).toBe(1);
  });

  test('leaves alone what belongs to the function itself', () => {
    const old = Function('return 5') as () => number;
    const wrapped = retry(atOnce)(old);
    expect(wrapped.prototype).not.toBe(old.prototype);
    expect(Object.getOwnPropertyNames(wrapped)).not.toContain('caller');
    expect(Object.getOwnPropertyNames(wrapped)).not.toContain('arguments');
  });

  test('returns a promise, whatever the function returns', async () => {
    for (const fn of [() => 5, async () => 5, () => Promise.resolve(5)]) {
      const result = retry(atOnce)(fn as () => Promise<number>)();
      expect(result).toBeInstanceOf(Promise);
      expect(await result).toBe(5);
    }
  });

  test('rejects where a synchronous function throws', async () => {
    const result = retry({ ...atOnce, attempts: 1 })(hopeless('thrown'))();
    expect(result).toBeInstanceOf(Promise);
    expect(await rejection(result)).toBe('thrown');
  });

  test('waits for thenables that are no promises', async () => {
    const settled: string[] = [];
    class Query {
      readonly #fails: boolean;
      constructor(fails: boolean) {
        this.#fails = fails;
      }
      // biome-ignore lint/suspicious/noThenProperty: as query builders do
      then(resolve: (value: string) => void, reject: (error: unknown) => void): void {
        settled.push(this.#fails ? 'rejected' : 'resolved');
        if (this.#fails) reject(new Error('the query failed'));
        else resolve('rows');
      }
    }
    const queries = [new Query(true), new Query(false)];
    const result = retry(atOnce)(() => queries.shift() as unknown as Promise<string>)();
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe('rows');
    expect(settled).toEqual(['rejected', 'resolved']);
  });

  test('waits for a promise of another realm', async () => {
    const results = [runInNewContext('Promise.reject(new Error("foreign"))'), runInNewContext('Promise.resolve(5)')];
    const result = retry({ on: Error, waitMax: 0 })(() => results.shift() as Promise<number>)();
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe(5);
  });

  test('retries a thenable whose `then` throws', async () => {
    const work = vi.fn(() => {
      if (work.mock.calls.length > 1) return Promise.resolve('done');
      return Object.defineProperty({}, 'then', {
        get() {
          throw new Error('a broken thenable');
        },
      });
    });
    expect(await retry(atOnce)(work)()).toBe('done');
  });

  test('is named after the function, or after nothing', async () => {
    const wrapAndCall = (options: object, fn: () => unknown) =>
      nameOf((onRetry) => retry({ ...atOnce, ...options, onRetry })(fn as () => Promise<unknown>)());
    const getUser = Object.defineProperty(failing(1), 'name', { value: 'getUser' });
    expect(await wrapAndCall({}, getUser)).toBe('getUser');
    expect(await wrapAndCall({ name: 'user' }, Object.defineProperty(failing(1), 'name', { value: 'getUser' }))).toBe(
      'user',
    );
    expect(await wrapAndCall({}, Object.defineProperty(failing(1), 'name', { value: '' }))).toBe('anonymous');
  });

  test('may be wrapped again', async () => {
    const work = hopeless();
    const twice = retry({ ...atOnce, attempts: 3 })(retry({ ...atOnce, attempts: 2 })(work as () => Promise<unknown>));
    await expect(twice()).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(6);
  });
});

describe('run', () => {
  test('needs no object to be called on', async () => {
    const { run } = retry(atOnce);
    expect(await run(failing(1))).toBe('done');
  });

  test('gives the attempt, and nothing else, and no `this`', async () => {
    const calls: unknown[][] = [];
    await retry(atOnce).run(function (this: unknown, ...args: unknown[]) {
      calls.push([this, args.length, (args[0] as { num: number }).num]);
      if (calls.length < 2) throw new Error('once');
    });
    expect(calls).toEqual([
      [undefined, 1, 1],
      [undefined, 1, 2],
    ]);
  });

  test('returns a promise of what the function returns, whatever that is', async () => {
    // biome-ignore lint/suspicious/noThenProperty: thenables are the point
    const thenable = { then: (resolve: (value: string) => void) => resolve('from a thenable') };
    for (const [fn, result] of [
      [() => 5, 5],
      [async () => 5, 5],
      [() => thenable, 'from a thenable'],
    ] as const) {
      const promise = retry(atOnce).run<unknown>(fn);
      expect(promise).toBeInstanceOf(Promise);
      expect(await promise).toBe(result);
    }
  });

  test('is named by the call, by the policy, by the function, or by nothing', async () => {
    const runAndName = (options: object, own: { name?: string } | undefined, name: string) =>
      nameOf((onRetry) =>
        retry({ ...atOnce, ...options, onRetry }).run(Object.defineProperty(failing(1), 'name', { value: name }), own),
      );
    expect(await runAndName({ name: 'policy' }, { name: 'call' }, 'fn')).toBe('call');
    expect(await runAndName({ name: 'policy' }, {}, 'fn')).toBe('policy');
    expect(await runAndName({}, undefined, 'fn')).toBe('fn');
    expect(await runAndName({}, undefined, '')).toBe('anonymous');
    expect(await runAndName({ name: 'policy' }, { name: '' }, 'fn')).toBe('');
  });
});

describe.each([
  ['run', retry],
  ['run, synchronous', retrySync],
] as const)('what one call of %s brings of its own', (_, surface) => {
  const call = async (options: object, work: () => unknown, own: object): Promise<unknown> =>
    surface({ on: () => 0, ...options }).run(work, own);

  test('`on` judges instead of the policy\u2019s, for that call alone', async () => {
    const theirs = vi.fn(() => 0);
    const work = failing(new RangeError('once'));
    expect(await call({ on: theirs, waitMax: 0 }, work, { on: RangeError })).toBe('done');
    expect(await rejection(call({ on: theirs }, failing('fatal'), { on: [RangeError, () => false] }))).toBe('fatal');
    expect(theirs).not.toHaveBeenCalled();
    expect(await call({ on: theirs }, failing('judged'), { on: undefined, name: 'own' })).toBe('done');
    expect(theirs.mock.calls).toEqual([['judged']]);
  });

  test('`budget` limits instead of the policy\u2019s', async () => {
    const reserve = { ratio: 0, minPerSecond: 1, window: 5_000 };
    const [theirs, own] = [retryBudget(reserve), retryBudget(reserve)];
    await call({ budget: theirs }, failing(1, 2), { budget: own });
    expect([Math.round(theirs.balance), Math.round(own.balance)]).toEqual([5, 3]);
    await call({ budget: theirs }, failing(1, 2), { budget: undefined, name: 'own' });
    expect([Math.round(theirs.balance), Math.round(own.balance)]).toEqual([3, 3]);
  });
});

test('one policy runs, wraps and decorates, any number of times, at once', async () => {
  const policy = retry({ ...atOnce, attempts: 2 });
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
