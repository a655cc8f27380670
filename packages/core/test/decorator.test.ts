import { retry, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type * as decorated from './fixtures/decorated.ts';
import { compiled } from './support/compiled.ts';
import { detailsOf, rejection } from './support/work.ts';

const KINDS = { 'a TC39 decorator': {}, 'a legacy decorator': { experimentalDecorators: true } };
const atOnce = { on: () => 0 };
const INSTEAD = 'decorate a method, or wrap a function';

afterEach(() => {
  setRetryHooks([]);
});

/** Makes work that fails on every odd call, and a function that returns the names that hooks saw. */
function everyOther() {
  const onRetry = vi.fn();
  const work = vi.fn((method: string, _self: unknown, _args: unknown[]): unknown => {
    if (work.mock.calls.length % 2 === 1) throw new Error('odd');
    return `${method} done`;
  });
  return { onRetry, work, names: () => detailsOf(onRetry).map(({ name }) => name) };
}

describe.each(Object.entries(KINDS))('%s', (_, compilerOptions) => {
  let service: typeof decorated;

  beforeAll(async () => {
    service = await compiled('decorated', compilerOptions);
  });

  test('retries methods with their `this` and arguments', async () => {
    const { onRetry, work } = everyOther();
    const { Service } = service.makeService(retry({ ...atOnce, onRetry }), work);
    const object = new Service();
    expect(await object.load('an id')).toBe('load done');
    expect(work.mock.calls).toEqual([
      ['load', object, ['an id', 1]],
      ['load', object, ['an id', 1]],
    ]);
    expect(work.mock.calls.every(([, self]) => self === object)).toBe(true);
    expect(detailsOf(onRetry)).toMatchObject([{ name: 'Service.load', args: ['an id'] }]);
  });

  test('retries every kind of method', async () => {
    const { onRetry, work, names } = everyOther();
    const { Service } = service.makeService(retry({ ...atOnce, onRetry }), work);
    const object = new Service();
    expect(await Service.open('a path')).toBe('open done');
    expect(await object[service.key]()).toBe('key done');
    expect(await object.stream(5).next()).toEqual({ value: 'stream done', done: false });
    expect(await object.overridden()).toBe('parent done');
    expect(work.mock.calls[1]).toEqual(['open', Service, ['a path']]);
    expect(work.mock.calls[5]).toEqual(['stream', object, [5]]);
    expect(names()).toEqual(['Service.open', 'Service.Symbol(key)', 'Service.stream', 'Service.overridden']);
  });

  test('names the class that defines the method', async () => {
    const { onRetry, work, names } = everyOther();
    const { Special } = service.makeService(retry({ ...atOnce, onRetry }), work);
    const object = new Special();
    await object.load('an id');
    await object.overridden();
    await Special.open('a path');
    expect(work.mock.calls[5]?.[1]).toBe(Special);
    expect(names()).toEqual(['Service.load', 'Service.overridden', 'Service.open']);
  });

  test('names the first class that has the method if another decorator is above it', async () => {
    const { onRetry, work, names } = everyOther();
    const { Layered, Sublayer } = service.makeService(retry({ ...atOnce, onRetry }), work);
    await new Layered().load();
    await new Sublayer().load();
    await new Sublayer().overridden();
    await Sublayer.open();
    // A legacy decorator gets the class itself.
    const overridden = 'experimentalDecorators' in compilerOptions ? 'Layered.overridden' : 'Sublayer.overridden';
    expect(names()).toEqual(['Layered.load', 'Layered.load', overridden, 'Layered.open']);
  });

  test('keeps the properties of the method', async () => {
    const { Service } = service.makeService(retry(atOnce), () => 'done');
    expect([Service.prototype.load.name, Service.prototype.load.length]).toEqual(['load', 1]);
    expect([Service.open.name, Service.open.length]).toEqual(['open', 1]);
    expect(Object.getOwnPropertyDescriptor(Service.prototype, 'load')).toMatchObject({
      writable: true,
      enumerable: false,
      configurable: true,
    });
    expect(Object.keys(Service.prototype)).toEqual([]);
  });

  test('uses the `name` option', async () => {
    const { onRetry, work, names } = everyOther();
    const { Service } = service.makeService(retry({ ...atOnce, name: 'users', onRetry }), work);
    await new Service().load('an id');
    expect(names()).toEqual(['users']);
  });

  test('names a detached method without its class', async () => {
    const { onRetry, work, names } = everyOther();
    const { Service } = service.makeService(retry({ ...atOnce, onRetry }), work);
    const { load } = Service.prototype;
    expect(await load('detached')).toBe('load done');
    expect(await load.call(Object.create(null), 'an object without a class')).toBe('load done');
    expect(await load.call({ constructor: undefined } as never, 'an object with a broken one')).toBe('load done');
    for (const name of ['', 5]) {
      class Named {}
      Object.defineProperty(Named, 'name', { value: name });
      expect(await load.call(new Named() as never, 'an object of a class without a name')).toBe('load done');
    }
    expect(names()).toEqual(['load', 'load', 'load', 'load', 'load']);
  });

  test('names a borrowed method after its new class', async () => {
    const { onRetry, work, names } = everyOther();
    const { Service } = service.makeService(retry({ ...atOnce, onRetry }), work);
    class Borrower {
      load = Service.prototype.load;
      renamed = Service.prototype.load;
    }
    await new Borrower().renamed('an id');
    expect(names()).toEqual(['Borrower.load']);
  });

  test('gives methods of one policy separate calls', async () => {
    const onGiveUp = vi.fn();
    const { Service } = service.makeService(retry({ ...atOnce, attempts: 2, onGiveUp }), (method) => {
      throw method;
    });
    const [one, other] = [new Service(), new Service()];
    const calls = [one.load('a'), other.load('b'), one[service.key]()];
    expect(await Promise.all(calls.map(rejection))).toEqual(['load', 'load', 'key']);
    expect(detailsOf(onGiveUp).map(({ args, errors }) => [args[0], errors])).toEqual([
      ['a', ['load', 'load']],
      ['b', ['load', 'load']],
      [undefined, ['key', 'key']],
    ]);
  });

  test('refuses a signal', () => {
    const { signal } = new AbortController();
    expect(() => service.makeService(retry({ on: Error, signal }), () => {})).toThrow(
      new TypeError('`signal` must not be given to a decorator; use run(fn, { signal })'),
    );
  });

  test('retries synchronous methods with retrySync', () => {
    const { onRetry, work, names } = everyOther();
    const { Service } = service.makeService(retrySync({ ...atOnce, onRetry }), work);
    expect(new Service().overridden()).toBe('parent done');
    expect(names()).toEqual(['Service.overridden']);
    expect(() => new Service().load('an id')).toThrow('a function retried here must not return a promise');
  });
});

describe('a TC39 decorator of private methods', () => {
  test('retries them and names the class of the object', async () => {
    const { makePrivateService } = await compiled<typeof decorated>('decorated', {});
    const { onRetry, work, names } = everyOther();
    const { Service, Special } = makePrivateService(retry({ ...atOnce, onRetry }), (method) =>
      work(method, undefined, []),
    );
    expect(await new Service().load()).toBe('#load done');
    expect(await new Special().load()).toBe('#load done');
    expect(await Service.open()).toBe('static #open done');
    expect(names()).toEqual(['Service.#load', 'Special.#load', 'Service.#open']);
  });
});

describe('a target other than a method', () => {
  const policies = { retry: retry({ on: Error }), retrySync: retrySync({ on: Error }) } as unknown as Record<
    string,
    (...given: unknown[]) => unknown
  >;

  describe.each(Object.entries(policies))('given to %s', (_, policy) => {
    const expectRefused = (message: string, ...given: unknown[]): void =>
      expect(() => policy(...given)).toThrow(new TypeError(`${message}; ${INSTEAD}`));

    test.each(['class', 'field', 'getter', 'setter', 'accessor'])('is refused with a TC39 decorator: %s', (kind) => {
      const target = kind === 'field' ? undefined : () => {};
      expectRefused(`retry decorates methods, got ${kind}`, target, { kind, name: 'it' });
    });

    test.each([
      ['field'],
      ['field', undefined],
      ['accessor', { get: () => 5 }],
      ['value', { value: 5 }],
      [Symbol('key'), { value: 5 }],
      [null, {}],
    ])('is refused with a legacy decorator: %o, %o', (...given) => {
      expectRefused('retry decorates methods, got field', {}, ...given);
    });

    test.each([
      [undefined, 'undefined'],
      [null, 'null'],
      [{}, 'an object'],
      [Promise.resolve(), 'an instance of Promise'],
      ['load', '"load"'],
      [Error, 'class Error'],
      [class Service {}, 'class Service'],
    ])('is refused as a wrapped function: %o', (given, shown) => {
      expectRefused(`\`fn\` must be a function, got ${shown}`, given);
    });

    test('is refused if it is not a function', () => {
      expectRefused('`fn` must be a function, got 5', 5, { kind: 'method', name: 'load' });
    });

    test('is refused if it is missing', () => {
      expect(() => policy()).toThrow(TypeError);
    });
  });
});

describe('with reflect-metadata loaded', () => {
  test('metadata of other decorators is found on the wrapper', async () => {
    await import('reflect-metadata');
    const { makeController, guard } = await compiled<typeof decorated>('decorated', {
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    });
    const { onRetry, work, names } = everyOther();
    const Controller = makeController(retry({ ...atOnce, onRetry }), (id) => work(id, undefined, []));
    const { find } = Controller.prototype;
    expect(Reflect.getMetadata('path', find)).toBe('/users/:id');
    expect(Reflect.getMetadata(guard, find)).toEqual(['admin']);
    expect(Reflect.getMetadata('above', find)).toBe('added to the wrapper');
    expect(Reflect.getMetadataKeys(find)).toHaveLength(3);
    expect(Reflect.getMetadata('design:paramtypes', Controller.prototype, 'find')).toEqual([String]);
    expect(await new Controller().find('an id')).toBe('an id done');
    expect(names()).toEqual(['Controller.find']);
  });

  test('a TC39 decorator copies metadata too', async () => {
    await import('reflect-metadata');
    const method = async (): Promise<void> => {};
    Reflect.defineMetadata('path', '/', method);
    const wrapped = retry(atOnce)(method, { kind: 'method', name: 'method' } as ClassMethodDecoratorContext);
    expect(Reflect.getOwnMetadata('path', wrapped)).toBe('/');
  });
});
