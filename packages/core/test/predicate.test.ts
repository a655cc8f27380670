import { runInNewContext } from 'node:vm';
import { type ErrorClass, retry } from '@stamina/core';
import { toPredicate } from '@stamina/core/library';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

/** Returns whether `error` is retried under `on`. */
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

/** An error class in the style of ES5. */
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

test('a class need not extend Error', async () => {
  class Rejected {}
  expect(await matches(Rejected, new Rejected())).toBe(true);
  expect(await matches(Rejected, {})).toBe(false);
});

test('an ES5 error class is a class', async () => {
  class Newer extends (OldError as unknown as ErrorConstructor) {}
  expect(await matches(OldError, new (OldError as unknown as ErrorConstructor)('old'))).toBe(true);
  expect(await matches(OldError, new Newer('newer'))).toBe(true);
  expect(await matches(OldError, new Error('plain'))).toBe(false);
});

test('an ES5 error class of another realm is a class', async () => {
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

test('`Symbol.hasInstance` decides what a class matches', async () => {
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

test('functions of every kind are predicates', async () => {
  const bound = function (this: unknown[], error: unknown): boolean {
    this.push(error);
    return true;
  };
  const received: unknown[] = [];
  const error = new HttpError();
  const withPrototype = (given: unknown): boolean => given === error;
  const { method } = {
    method(given: unknown): boolean {
      return given === error;
    },
  };
  for (const predicate of [
    withPrototype,
    method,
    bound.bind(received),
    async () => true,
    new Proxy(withPrototype, {}),
    Object.freeze(function frozen() {
      return true;
    }),
  ]) {
    expect(await matches(predicate, error)).toBe(true);
  }
  expect(received).toEqual([error]);
});

test('a function with an unusual prototype is a predicate', async () => {
  function predicate(error: unknown): boolean {
    return error instanceof HttpError;
  }
  predicate.prototype = Object.create(HttpError.prototype, { constructor: { value: HttpError } });
  Object.setPrototypeOf(predicate.prototype, { constructor: { name: 'Error' } });
  expect(await matches(predicate, new HttpError())).toBe(true);
  expect(await matches(predicate, new Error())).toBe(false);
});

test('classes match objects only', async () => {
  for (const thrown of [undefined, null, 'Error', 5, Symbol('error')]) {
    expect(await matches([Error, Object], thrown)).toBe(false);
  }
});

test('built-in classes match subclasses of other realms', async () => {
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

test('other classes of the same name do not match', async () => {
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

test('an error with a broken prototype is not matched', async () => {
  const constructorless = Object.create(Object.create(null));
  const odd = Object.create(Object.create(null, { constructor: { value: { name: 'Error' } } }));
  const gone = Object.create(Object.create(null, { constructor: { value: null } }));
  for (const error of [Object.create(null), constructorless, odd, gone])
    expect(await matches(Error, error)).toBe(false);
});

test('classes match names that resemble AbortError', async () => {
  for (const name of ['abortError', 'AbortErrors', 'Abort']) {
    expect(await matches(Error, Object.assign(new Error(), { name }))).toBe(true);
  }
});

test('a predicate may return any thenable', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  const answer = (value: unknown) => ({ then: (resolve: (value: unknown) => void) => resolve(value) });
  // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
  const callable = Object.assign(() => {}, { then: answer(true).then });
  expect(await matches(() => answer(true), new HttpError())).toBe(true);
  expect(await matches(() => answer(false), new HttpError())).toBe(false);
  expect(await matches([() => answer(false), HttpError], new HttpError())).toBe(true);
  expect(await matches(() => callable, new HttpError())).toBe(true);
});

test('waiting for the answer sets no timer if there is no deadline', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let answer = (_: boolean): void => {};
  const on = () => new Promise<boolean>((resolve) => (answer = resolve));
  const error = new Error('once');
  const call = retry({ on }).run(() => Promise.reject(error));
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  answer(false);
  await expect(call).rejects.toBe(error);
});

test('an array may hold several asynchronous predicates', async () => {
  const no = async (): Promise<boolean> => false;
  expect(await matches([no, no, no], new HttpError())).toBe(false);
  expect(await matches([no, RangeError, no, async () => 0], new HttpError())).toBe(true);
});

describe('toPredicate', () => {
  test('turns every kind of `on` into one predicate', async () => {
    expect(toPredicate('on', RangeError)(new RangeError())).toBe(true);
    expect(toPredicate('on', RangeError)(new TypeError())).toBe(false);
    expect(toPredicate('on', () => 5)(new Error())).toBe(5);
    const several = toPredicate('on', [RangeError, () => false, async () => false, () => ({ seconds: 1 })]);
    expect(several(new RangeError())).toBe(true);
    expect(await several(new Error())).toEqual({ seconds: 1 });
  });

  test('returns a predicate unchanged', () => {
    const predicate = (): boolean => true;
    expect(toPredicate('on', predicate)).toBe(predicate);
  });

  const allowed = 'an error class, a predicate, or a non-empty array of these';
  test.each([
    [undefined, `\`retryOn\` must be ${allowed}, got undefined; name what to retry, such as`],
    ['ECONNRESET', `\`retryOn\` must be ${allowed}, got "ECONNRESET"; name what to retry, such as`],
    [[Error, 503], `\`retryOn\` must be ${allowed}, got 503; name what to retry, such as`],
    [[], `\`retryOn\` must be ${allowed}, got an array of 0; name what to retry, such as`],
  ])('refuses %o by the name of the option', (on, message) => {
    expect(() => toPredicate('retryOn', on)).toThrow(TypeError);
    expect(() => toPredicate('retryOn', on)).toThrow(message);
  });
});
