import { runInNewContext } from 'node:vm';
import { addRetryHook, type GiveUpDetails, type RetryDetails, type RetryOptions, retry } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySimulation } from '@stamina/core/simulation';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SURFACES, type Surface, type Work } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from './support/work.ts';

/** Returns the reason that a call of `work` rejects with. Nothing here waits. */
const fail = (surface: Surface, options: RetryOptions, work: Work): Promise<unknown> =>
  rejection(surface.prepare({ attempts: 3, waitMax: 0, ...options }, work)());

const frozen = Object.freeze(new Error('frozen'));
const oddities: [string, unknown][] = [
  ['a string', 'not an error'],
  ['an empty string', ''],
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['NaN', Number.NaN],
  ['a symbol', Symbol('odd')],
  ['a frozen error', frozen],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => {}],
  ['a class', class Odd {}],
];

describe.each(SURFACES)('$title', (surface) => {
  test.each(oddities)('retries %s for a predicate, and throws it unchanged', async (_name, thrown) => {
    const classified: unknown[] = [];
    const retries: RetryDetails[] = [];
    const giveUps: GiveUpDetails[] = [];
    const options: RetryOptions = {
      on: (error: unknown) => classified.push(error) > 0,
      onRetry: (details) => void retries.push(details),
      onGiveUp: (details) => void giveUps.push(details),
    };
    expect(Object.is(await fail(surface, options, hopeless(thrown)), thrown)).toBe(true);
    expect(classified.length).toBe(3);
    expect(classified.every((error) => Object.is(error, thrown))).toBe(true);
    expect(retries.map(({ causedBy }) => Object.is(causedBy, thrown))).toEqual([true, true]);
    expect(giveUps.map(({ reason, causedBy }) => [reason, Object.is(causedBy, thrown)])).toEqual([['attempts', true]]);
    expect(giveUps[0]?.errors.map((error) => Object.is(error, thrown))).toEqual([true, true, true]);
  });

  test.each(oddities.filter(([, thrown]) => thrown !== frozen))(
    'does not retry %s for a class',
    async (_name, thrown) => {
      const onRetry = vi.fn();
      expect(Object.is(await fail(surface, { on: Error, onRetry }, hopeless(thrown)), thrown)).toBe(true);
      expect(onRetry).not.toHaveBeenCalled();
    },
  );

  test('leaves the error untouched', async () => {
    const error = new Error('plain');
    const before = { stack: error.stack, keys: Reflect.ownKeys(error) };
    expect(await fail(surface, { on: Error, onRetry: () => {} }, hopeless(error))).toBe(error);
    expect({ stack: error.stack, keys: Reflect.ownKeys(error) }).toEqual(before);
  });

  const answers: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a string', 'yes'],
    ['an empty object', {}],
  ];
  test.each(answers)('refuses an `on` that returns %s', async (_name, answer) => {
    const classified = new Error('classified');
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const error = await fail(surface, { on: () => answer as boolean, onRetry, onGiveUp }, hopeless(classified));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).cause).toBe(classified);
    expect((error as TypeError).message).toContain('`on(error)`');
    expect(onRetry).not.toHaveBeenCalled();
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test.each(oddities)('throws %s if `on` throws it', async (_name, thrown) => {
    const on = vi.fn(() => {
      throw thrown;
    });
    expect(Object.is(await fail(surface, { on }, hopeless(new Error('classified'))), thrown)).toBe(true);
    expect(on).toHaveBeenCalledTimes(1);
  });

  test('does not mix up the errors of several attempts', async () => {
    const errors = ['first', undefined, new Error('third')];
    const giveUps: GiveUpDetails[] = [];
    let attempts = 0;
    const work = (): never => {
      throw errors[attempts++];
    };
    const options: RetryOptions = { on: () => true, onGiveUp: (details) => void giveUps.push(details) };
    expect(await fail(surface, options, work)).toBe(errors[2]);
    expect(giveUps[0]?.errors).toEqual(errors);
  });
});

describe.each(SURFACES.filter(({ sync }) => !sync))('$title', (surface) => {
  test.each([
    ['nothing', async () => {}],
    ['a string', async () => 'yes'],
  ] as [string, () => Promise<never>][])('refuses an `on` whose promise resolves with %s', async (_name, on) => {
    const classified = new Error('classified');
    const error = await fail(surface, { on }, hopeless(classified));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).cause).toBe(classified);
  });

  test('rejects as the promise of `on` does', async () => {
    const on = async (): Promise<never> => Promise.reject('predicate');
    expect(await fail(surface, { on }, hopeless(new Error('classified')))).toBe('predicate');
  });
});

test('a function that throws at once becomes a rejection', () => {
  const throwing = (): never => {
    throw new Error('at once');
  };
  const results = [
    retry({ on: TypeError })(throwing)(),
    retry({ on: TypeError }).run(throwing),
    retry({ on: TypeError }).run(throwing, { signal: AbortSignal.abort('before') }),
  ];
  for (const result of results) {
    expect(result).toBeInstanceOf(Promise);
    result.catch(() => {});
  }
});

describe('frozen functions', () => {
  // Hardened programs, such as those of SES, freeze all functions. The `prototype` of a frozen function cannot be
  // replaced, so it looks like that of a class.

  const policy = retry({ on: () => 0 });

  test('a frozen function may be retried', async () => {
    const work = Object.freeze(function work() {
      return 'done';
    });
    expect(await policy.run(work)).toBe('done');
    expect(await policy(work)()).toBe('done');
    expect(retrySync({ on: Error }).run(work)).toBe('done');
  });

  test('a frozen async generator may be retried', async () => {
    const numbers = policy(
      Object.freeze(async function* numbers() {
        yield 1;
      }),
    );
    for await (const value of numbers()) expect(value).toBe(1);
  });

  test('a frozen function may be a hook', async () => {
    const called = vi.fn();
    const hook = Object.freeze(function hook() {
      called();
    });
    using _ = addRetryHook(hook);
    await policy.run(({ num }) => (num === 1 ? Promise.reject(new Error('once')) : num));
    expect(called).toHaveBeenCalledTimes(1);
  });
});

describe('promises of other libraries', () => {
  const Native = Promise;

  /** Imitates the promises of zone.js and Bluebird, which do not inherit from the global `Promise`. */
  class ForeignPromise<Value> {
    readonly #own: Promise<Value>;

    constructor(executor: ConstructorParameters<typeof Promise<Value>>[0]) {
      this.#own = new Native(executor);
    }

    // biome-ignore lint/suspicious/noThenProperty: a promise has one
    then(...handlers: Parameters<Promise<Value>['then']>): unknown {
      return ForeignPromise.resolve(this.#own.then(...handlers));
    }

    catch(handler: (error: unknown) => unknown): unknown {
      return this.then(undefined, handler as () => never);
    }

    static resolve(value: unknown): unknown {
      return value instanceof ForeignPromise ? value : new ForeignPromise((resolve) => resolve(value));
    }

    static reject(reason: unknown): unknown {
      return new ForeignPromise((_, reject) => reject(reason));
    }

    static race(promises: unknown[]): unknown {
      return ForeignPromise.resolve(Native.race(promises));
    }
  }

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** Ways to make a promise that is not an instance of the global `Promise`. */
  const SITUATIONS: Record<string, () => (answer: unknown) => unknown> = {
    'a replaced global Promise'() {
      vi.stubGlobal('Promise', ForeignPromise);
      return async (answer) => answer;
    },
    'a promise of another realm': () => runInNewContext('async (answer) => answer'),
    'a thenable': () => (answer) => ForeignPromise.resolve(answer),
  };

  describe.each(Object.entries(SITUATIONS))('%s', (_, arrange) => {
    const asynchronous = SURFACES.filter(({ sync }) => !sync);

    test.each(asynchronous)('is awaited as an answer of `on`: $title', async (surface) => {
      const promised = arrange();
      const options = (answer: unknown): RetryOptions => ({ on: () => promised(answer) as boolean, attempts: 3 });
      const error = new Error('always');
      const work = hopeless(error);
      expect(await rejection(settle(surface, options(false), work))).toBe(error);
      expect(work).toHaveBeenCalledTimes(1);
      const origin = performance.now();
      expect(await settle(surface, options(200), failing(error))).toBe('done');
      expect(performance.now() - origin).toBe(200);
    });

    test.each(asynchronous.filter(({ syncWork }) => syncWork))('is awaited as a result: $title', async (surface) => {
      const promised = arrange();
      const work = vi.fn((): unknown => promised('done'));
      work.mockImplementationOnce(() => runInNewContext('(async () => { throw 1; })()'));
      expect(await settle(surface, { on: () => 0 }, work)).toBe('done');
    });

    test('is refused by a simulation as an answer of `on`', () => {
      const promised = arrange();
      const options = { on: () => promised(false) as boolean };
      const call = retrySimulation(options, { now: () => 0, random: () => 0 }).begin();
      expect(() => call.fail({ error: 'an error' })).toThrow('`on` must answer at once to be simulated');
    });
  });

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }

  test.each([
    ['a proxy of a promise', () => new Proxy(Native.resolve('done'), {})],
    ['a revoked proxy', revoked],
  ])('%s makes the call reject, as it makes `await` throw', async (_, work) => {
    const policy = retry({ on: RangeError });
    for (const call of [() => policy.run(work), policy(work)]) {
      const promise = call();
      expect(promise).toBeInstanceOf(Native);
      expect(await rejection(promise)).toBeInstanceOf(TypeError);
    }
  });

  test('a budget that throws makes the call reject', async () => {
    const error = new Error('no budget');
    const broken = (): never => {
      throw error;
    };
    for (const methods of [{ deposit: broken }, { withdraw: broken }]) {
      const budget = { balance: 1, deposit() {}, withdraw: () => true, ...methods };
      const policy = retry({ on: RangeError, budget });
      const work = hopeless(new RangeError('always'));
      for (const call of [() => policy.run(work), policy(work)]) expect(await rejection(call())).toBe(error);
    }
  });
});

describe('properties of Object.prototype', () => {
  // Some programs extend `Object.prototype`, and attackers try to. Such a property must not count as an option, a hook or
  // an answer.

  /** Calls `fn` while `Object.prototype` has these properties. */
  async function extended<Result>(properties: Record<string, unknown>, fn: () => Result): Promise<Awaited<Result>> {
    for (const [name, value] of Object.entries(properties)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
    }
    try {
      return await fn();
    } finally {
      for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
    }
  }

  /** Makes two attempts, the first of which fails. Returns what the hook saw of the retry. */
  function retryOnce(options: Partial<RetryOptions>, own?: object): unknown {
    const onRetry = vi.fn();
    let calls = 0;
    retrySync({ on: Error, waitMax: 0, ...options, onRetry }).run(() => {
      if (calls++ === 0) throw new Error('once');
    }, own);
    return detailsOf(onRetry)[0];
  }

  test('an unrelated property breaks nothing', async () => {
    expect(await extended({ extend: 'x' }, () => retryOnce({}, {}))).toMatchObject({ retryNum: 1 });
  });

  test('options are not read from the prototype', async () => {
    const properties = { attempts: 1, name: 'not a name', signal: AbortSignal.abort(), aborted: true, budget: 5 };
    const details = await extended(properties, () => retryOnce({}, {}));
    expect(details).toMatchObject({ attempts: 10, name: 'anonymous' });
  });

  test('answers and durations are not read from the prototype', async () => {
    const properties = { atLeast: 60_000, total: () => 60_000 };
    expect(await extended(properties, () => retryOnce({ on: () => 0 }))).toMatchObject({ waitFor: 0 });
    expect(await extended(properties, () => retryOnce({ on: () => ({ milliseconds: 1 }) }))).toMatchObject({
      waitFor: 1,
    });
  });

  test('hooks and disposables are not read from the prototype', async () => {
    const properties = { onRetry: vi.fn(), dispose: vi.fn() };
    await extended(properties, () => {
      const hook = addRetryHook({ onGiveUp: () => {}, onRetry: undefined });
      retryOnce({});
      hook.dispose();
    });
    for (const mock of Object.values(properties)) expect(mock).not.toHaveBeenCalled();
  });

  test('the methods of a library are not read from the prototype', async () => {
    const properties = { report: vi.fn(), discard: vi.fn() };
    const onRetry = vi.fn();
    const error = new Error('once');
    const begun = libraryPolicy({ onRetry, waitMax: 0 }).begin();
    await extended(properties, () => begun.retry(error, { attempt: () => 'done', classify: () => true }));
    for (const mock of Object.values(properties)) expect(mock).not.toHaveBeenCalled();
    expect(detailsOf(onRetry)[0].causedBy).toBe(error);
  });

  test('simulated failures are not read from the prototype', async () => {
    const call = retrySimulation({ on: RangeError, waitJitter: 0 }, { now: () => 0, random: () => 0 }).begin();
    expect(await extended({ error: new Error('not this'), timedOut: true }, () => call.fail())).toBe(100);
    expect(await extended({ timedOut: true }, () => call.fail({ error: new Error('unmatched') }))).toBe('unmatched');
  });
});
