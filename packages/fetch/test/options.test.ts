import { retryBudget } from '@stamina/core';
import { type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { describe, expect, test } from 'vitest';

const given = (options: unknown) => () => retryingFetch(options as RetryingFetchOptions);

describe('a wrong option is refused when the fetch is made', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, '`options of retryingFetch` must be an object, got null; write retryingFetch({ attempts: 3 })'],
    [5, TypeError, '`options of retryingFetch` must be an object, got 5'],
    [{ methods: Object.create(null) }, TypeError, '`methods` must be an array, got an object'],
    [[], TypeError, '`options of retryingFetch` must be an object, got an array of 0'],
    [{ methods: 'POST' }, TypeError, '`methods` must be an array, got "POST"'],
    [{ methods: null }, TypeError, '`methods` must be an array, got null'],
    [{ methods: ['GET', 5] }, TypeError, '`methods[1]` must be a method, got 5'],
    [{ methods: ['GET POST'] }, RangeError, '`methods[0]` must be a method, got "GET POST"'],
    [{ methods: [''] }, RangeError, '`methods[0]` must be a method, got ""'],
    [{ statuses: 503 }, TypeError, '`statuses` must be an array, got 503; write [429, 503]'],
    [{ statuses: ['503'] }, TypeError, '`statuses[0]` must be an integer from 200 to 599, got "503"'],
    [{ statuses: [Number.NaN] }, TypeError, '`statuses[0]` must be an integer from 200 to 599, got NaN'],
    [{ statuses: [503, 5] }, RangeError, '`statuses[1]` must be an integer from 200 to 599, got 5'],
    [{ statuses: [503.5] }, RangeError, 'got 503.5'],
    [{ statuses: () => 503 }, TypeError, '`statuses(defaults)` must be an array, got 503; write [429, 503]'],
    [{ statuses: () => [5] }, RangeError, '`statuses(defaults)[0]` must be an integer from 200 to 599, got 5'],
    [{ statuses: class {} }, TypeError, '`statuses` must be an array, got class'],
    [{ fetch: 'fetch' }, TypeError, '`fetch` must be a function, got "fetch"'],
    [{ fetch: class {} }, TypeError, '`fetch` must be a function'],
    [{ fetch: null }, TypeError, '`fetch` must be a function'],
    [{ name: 5 }, TypeError, '`name` must be a string'],
    [{ budget: true }, TypeError, '`budget` must be a retry budget, got true'],
    [{ budget: null }, TypeError, '`budget` must be a retry budget'],
    [{ on: 5 }, TypeError, '`on` must be'],
    [{ on: null }, TypeError, '`on` must be'],
    [{ on: [] }, TypeError, '`on` must be'],
    [{ attempts: 0 }, RangeError, '`attempts` must be'],
    [{ attempts: '3' }, TypeError, '`attempts` must be'],
    [{ attempts: null }, TypeError, '`attempts` must be'],
    [{ timeout: 0 }, RangeError, '`timeout` must be'],
    [{ attemptTimeout: 0 }, RangeError, '`attemptTimeout` must be'],
    [{ attemptTimeout: '5s' }, TypeError, '`attemptTimeout` must be'],
    [{ attemptTimeout: null }, TypeError, '`attemptTimeout` must be'],
    [{ waitMax: -1 }, RangeError, '`waitMax` must be'],
    [{ onRetry: 5 }, TypeError, '`onRetry` must be'],
    [{ onRetry: class {} }, TypeError, '`onRetry` must be'],
    [{ signal: {} }, TypeError, '`signal` must be'],
    [{ unref: 1 }, TypeError, '`unref` must be'],
    [
      { status: [503] },
      TypeError,
      '`status` is not known in options of retryingFetch; did you mean `statuses`? Allowed are methods, statuses,',
    ],
    [{ method: ['POST'] }, TypeError, 'did you mean `methods`?'],
    [{ maxAttempts: 3 }, TypeError, 'did you mean `attempts`?'],
    [{ retryOn: [] }, TypeError, 'did you mean `on`?'],
    [{ shouldRetry: true }, TypeError, '`shouldRetry` must be a function, got true'],
    [{ readBody: 5 }, TypeError, '`readBody` must be an object, got 5; write true or { maxBytes: 65_536 }'],
    [{ readBody: null }, TypeError, '`readBody` must be an object, got null'],
    [{ readBody: { most: 5 } }, TypeError, '`most` is not known in readBody; did you mean `maxBytes`?'],
    [{ readBody: { maxBytes: -1 } }, RangeError, '`readBody.maxBytes` must be an integer of at least 0, got -1'],
    [{ readBody: { maxBytes: '1' } }, TypeError, '`readBody.maxBytes` must be an integer of at least 0, got "1"'],
    [{ shouldRetryOn: () => true }, TypeError, 'did you mean `on`?'],
    [{ retries: 3 }, TypeError, 'did you mean `attempts`?'],
    [
      { zzz: 3 },
      TypeError,
      '`zzz` is not known in options of retryingFetch; did you mean `on`? Allowed are methods, statuses,',
    ],
    [{ timeOut: 3 }, TypeError, 'did you mean `timeout`?'],
  ])('%o', (options, type, message) => {
    expect(given(options)).toThrow(type);
    expect(given(options)).toThrow(message);
  });

  test('unlimited retrying needs a signal', () => {
    expect(given({ attempts: Infinity, timeout: Infinity })).toThrow(RangeError);
    expect(given({ attempts: Infinity, timeout: Infinity, signal: new AbortController().signal })).not.toThrow();
  });

  test('`undefined` stands for each default', () => {
    const names = [
      'methods',
      'statuses',
      'on',
      'shouldRetry',
      'readBody',
      'attempts',
      'timeout',
      'attemptTimeout',
      'deadline',
      'waitInitial',
      'waitMax',
      'waitJitter',
      'waitExpBase',
      'budget',
      'name',
      'fetch',
      'signal',
      'unref',
      'onRetry',
      'onGiveUp',
      'onRecover',
      'onSettle',
    ];
    expect(given(Object.fromEntries(names.map((name) => [name, undefined])))).not.toThrow();
    expect(given(undefined)).not.toThrow();
  });

  test('unusual values that are allowed are accepted', () => {
    expect(given({ methods: [], statuses: [], budget: false, name: '', attemptTimeout: Infinity })).not.toThrow();
    expect(given({ budget: retryBudget(), name: () => 'a', attemptTimeout: { seconds: 5 } })).not.toThrow();
  });
});

describe('the result of a function option is checked', () => {
  const call = (options: RetryingFetchOptions) =>
    retryingFetch({ fetch: async () => new Response(), ...options })('http://a.test');

  test.each(['name', 'budget'])('a `%s` that throws rejects the call unsent', async (option) => {
    const error = new Error('no such thing');
    let calls = 0;
    const throws = (): never => {
      throw error;
    };
    const fetch = async (): Promise<Response> => {
      calls++;
      return new Response();
    };
    await expect(call({ [option]: throws, fetch })).rejects.toBe(error);
    expect(calls).toBe(0);
  });

  test('a name that is no string rejects the call', async () => {
    await expect(call({ name: (() => 5) as never })).rejects.toThrow('`name` must be a string, got 5');
  });

  test('a budget of the wrong type rejects the call', async () => {
    await expect(call({ budget: (() => 5) as never })).rejects.toThrow('`budget` must be a retry budget, got 5');
  });
});
