import { runInNewContext } from 'node:vm';
import { type ErrorClass, retry } from '@stamina/core';
import { expect, test, vi } from 'vitest';

/** Whether `on` lets `error` be retried. */
async function matches(on: unknown, error: unknown): Promise<boolean> {
  const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(error).mockResolvedValue('done');
  const policy = retry({ on: on as ErrorClass, waitMax: 0 });
  return policy.run(work).then(
    () => true,
    (thrown: unknown) => {
      expect(thrown).toBe(error);
      expect(work).toHaveBeenCalledTimes(1);
      return false;
    },
  );
}

class HttpError extends Error {}

/** An error class as it was written before `class`. */
function OldError(this: Error, message: string): void {
  this.message = message;
}
OldError.prototype = Object.create(Error.prototype, { constructor: { value: OldError } });

test('an abstract class matches its subclasses', async () => {
  abstract class Failure extends Error {}
  class Concrete extends Failure {}
  expect(await matches(Failure, new Concrete())).toBe(true);
  expect(await matches(Failure, new Error())).toBe(false);
});

test('a class that does not extend Error is a class', async () => {
  class Rejected {}
  expect(await matches(Rejected, new Rejected())).toBe(true);
  expect(await matches(Rejected, {})).toBe(false);
});

test('an error class in the style before `class` is a class', async () => {
  class Newer extends (OldError as unknown as ErrorConstructor) {}
  expect(await matches(OldError, new (OldError as unknown as ErrorConstructor)('old'))).toBe(true);
  expect(await matches(OldError, new Newer('newer'))).toBe(true);
  expect(await matches(OldError, new Error('plain'))).toBe(false);
});

test('an error class in that style of another realm is a class', async () => {
  const { Foreign, error } = runInNewContext(`
    function Foreign() {}
    Foreign.prototype = Object.create(Error.prototype);
    ({ Foreign, error: new Foreign() });
  `);
  expect(await matches(Foreign, error)).toBe(true);
  expect(await matches(Foreign, new Error('ours'))).toBe(false);
});

test('a class of another realm is a class', async () => {
  const { Foreign, error } = runInNewContext('class Foreign extends Error {}; ({ Foreign, error: new Foreign() })');
  expect(await matches(Foreign, error)).toBe(true);
  expect(await matches(Foreign, new HttpError())).toBe(false);
});

test('a class decides by itself what its instances are', async () => {
  class Coded extends Error {
    static override [Symbol.hasInstance](error: unknown): boolean {
      return (error as { code?: string }).code === 'ECONNRESET';
    }
  }
  expect(await matches(Coded, Object.assign(new Error(), { code: 'ECONNRESET' }))).toBe(true);
  expect(await matches(Coded, new Error())).toBe(false);
  const whatever = class extends Error {
    static override [Symbol.hasInstance](): boolean {
      return true;
    }
  };
  for (const thrown of [undefined, null, 'text']) expect(await matches(whatever, thrown)).toBe(true);
});

test('functions of every kind are hooks', async () => {
  const bound = function (this: unknown[], error: unknown): boolean {
    this.push(error);
    return true;
  };
  const asked: unknown[] = [];
  const error = new HttpError();
  const withPrototype = (given: unknown): boolean => given === error;
  const { method } = {
    method(given: unknown): boolean {
      return given === error;
    },
  };
  for (const hook of [withPrototype, method, bound.bind(asked), async () => true, new Proxy(withPrototype, {})]) {
    expect(await matches(hook, error)).toBe(true);
  }
  expect(asked).toEqual([error]);
});

test('a function whose prototype is of another kind is a hook', async () => {
  function hook(error: unknown): boolean {
    return error instanceof HttpError;
  }
  hook.prototype = Object.create(HttpError.prototype, { constructor: { value: HttpError } });
  Object.setPrototypeOf(hook.prototype, { constructor: { name: 'Error' } });
  expect(await matches(hook, new HttpError())).toBe(true);
  expect(await matches(hook, new Error())).toBe(false);
});

test('what is no object is matched by no class', async () => {
  for (const thrown of [undefined, null, 'Error', 5, Symbol('error')]) {
    expect(await matches([Error, Object], thrown)).toBe(false);
  }
});

test('every built-in class matches its twin of another realm, by way of its subclasses too', async () => {
  const realm = runInNewContext(`({
    Mine: class Mine extends RangeError {},
    aggregate: new AggregateError([]),
    range: new RangeError(),
    mine: new (class Mine extends RangeError {})(),
    plain: {},
  })`);
  expect(await matches(AggregateError, realm.aggregate)).toBe(true);
  expect(await matches(RangeError, realm.range)).toBe(true);
  expect(await matches(RangeError, realm.mine)).toBe(true);
  expect(await matches(SyntaxError, realm.mine)).toBe(false);
  expect(await matches(Error, realm.plain)).toBe(false);
  expect(await matches(realm.Mine, new RangeError())).toBe(false);
});

test('a class of ours is no twin of a class of the same name, built in or not', async () => {
  const ours = Object.defineProperty(class extends Error {}, 'name', { value: 'TypeError' });
  expect(await matches(ours, new TypeError())).toBe(false);
  expect(await matches(TypeError, new ours())).toBe(false);
  const pretender = Object.defineProperty(
    class extends Error {
      text = '{ [native code] }';
    },
    'name',
    { value: 'TypeError' },
  );
  expect(await matches(TypeError, new pretender())).toBe(false);
  expect(await matches(ours, runInNewContext('new TypeError()'))).toBe(false);
  expect(await matches(HttpError, runInNewContext('class HttpError extends Error {}; new HttpError()'))).toBe(false);
});

test('an error without a prototype, or with a broken one, is matched by nothing', async () => {
  const constructorless = Object.create(Object.create(null));
  const odd = Object.create(Object.create(null, { constructor: { value: { name: 'Error' } } }));
  const gone = Object.create(Object.create(null, { constructor: { value: null } }));
  for (const error of [Object.create(null), constructorless, odd, gone])
    expect(await matches(Error, error)).toBe(false);
});

test('a name that only looks like AbortError is matched as ever', async () => {
  for (const name of ['abortError', 'AbortErrors', 'Abort']) {
    expect(await matches(Error, Object.assign(new Error(), { name }))).toBe(true);
  }
});

test('a thenable that is no promise is an answer to wait for', async () => {
  // biome-ignore lint/suspicious/noThenProperty: thenables are the point
  const answer = (value: unknown) => ({ then: (resolve: (value: unknown) => void) => resolve(value) });
  // biome-ignore lint/suspicious/noThenProperty: thenables are the point
  const callable = Object.assign(() => {}, { then: answer(true).then });
  expect(await matches(() => answer(true), new HttpError())).toBe(true);
  expect(await matches(() => answer(false), new HttpError())).toBe(false);
  expect(await matches([() => answer(false), HttpError], new HttpError())).toBe(true);
  expect(await matches(() => callable, new HttpError())).toBe(true);
});

test('in an array the answers after a promise may be promises too', async () => {
  const no = async (): Promise<boolean> => false;
  expect(await matches([no, no, no], new HttpError())).toBe(false);
  expect(await matches([no, RangeError, no, async () => 0], new HttpError())).toBe(true);
});
