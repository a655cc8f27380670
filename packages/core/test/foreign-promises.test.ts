import { runInNewContext } from 'node:vm';
import { type RetryOptions, retry } from '@stamina/core';
import { retrySimulation } from '@stamina/core/simulation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SURFACES } from './support/surfaces.ts';
import { failing, hopeless, rejection, settle } from './support/work.ts';

const Native = Promise;

/** A promise that is not the language's own, such as those of zone.js and Bluebird. */
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

/** Ways to get a promise that is no instance of the global `Promise`. */
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
])('%s is a rejection, as it is for `await`', async (_, work) => {
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
