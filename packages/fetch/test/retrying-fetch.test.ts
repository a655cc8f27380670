import { retryBudget } from '@stamina/core';
import { type FetchLike, type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

describe('the fetch that makes the requests', () => {
  test('the global fetch is looked up at each call', async () => {
    const fetch = quickFetch();
    const original = globalThis.fetch;
    try {
      globalThis.fetch = async () => new Response('replaced');
      expect(await (await fetch('http://a.test')).text()).toBe('replaced');
    } finally {
      globalThis.fetch = original;
    }
  });

  test('a global replacement calls the fetch before it', async () => {
    await using server = await flakyServer([{ status: 503 }, { body: 'hello' }]);
    const original = globalThis.fetch;
    try {
      globalThis.fetch = quickFetch();
      expect(await (await globalThis.fetch(server.url)).text()).toBe('hello');
    } finally {
      globalThis.fetch = original;
    }
    expect(server.requests).toHaveLength(2);
  });

  describe('a global replacement that is wrapped afterwards', () => {
    const bare = globalThis.fetch;
    afterEach(() => {
      globalThis.fetch = bare;
    });

    test.each<[string, (replaced: FetchLike) => FetchLike]>([
      ['is synchronous', (replaced) => (input, init) => replaced(input, init)],
      [
        'waits, and makes a Request',
        (replaced) => async (input, init) => {
          const request = new Request(input, init);
          await new Promise(setImmediate);
          return replaced(request);
        },
      ],
    ])('is called once if the wrapper %s', async (_, wrap) => {
      await using server = await flakyServer({ status: 503 });
      globalThis.fetch = quickFetch({ attempts: 3 });
      globalThis.fetch = wrap(globalThis.fetch);
      expect((await globalThis.fetch(server.url)).status).toBe(503);
      // Retries inside of retries would make nine requests.
      expect(server.requests).toHaveLength(3);
      await expect(globalThis.fetch(server.url, 'nonsense' as never)).rejects.toThrow(TypeError);
    });

    test('may be replaced by another retrying fetch', async () => {
      await using server = await flakyServer({ status: 503 });
      globalThis.fetch = quickFetch({ attempts: 1 });
      globalThis.fetch = quickFetch({ attempts: 2 });
      expect((await globalThis.fetch(server.url)).status).toBe(503);
      expect(server.requests).toHaveLength(2);
    });

    test('still retries what the wrapper fetches for itself', async () => {
      await using server = await flakyServer([{ status: 503 }, { body: 'token' }, { body: 'hello' }]);
      const replaced = quickFetch();
      globalThis.fetch = async (...args) => {
        const token = await (await replaced(`${server.url}/token`)).text();
        expect(token).toBe('token');
        return bare(...args);
      };
      expect(await (await replaced(server.url)).text()).toBe('hello');
    });

    test('has the properties of the original, even through a proxy', () => {
      globalThis.fetch = Object.assign(async () => new Response(), { preconnect: () => 'connected' }) as never;
      globalThis.fetch = quickFetch();
      globalThis.fetch = new Proxy(globalThis.fetch, {});
      expect((globalThis.fetch as unknown as { preconnect(): string }).preconnect()).toBe('connected');
    });
  });

  test('a fetch may throw instead of rejecting', async () => {
    for (const attemptTimeout of [undefined, 1_000]) {
      let calls = 0;
      const fetch = quickFetch({
        attemptTimeout,
        fetch: () => {
          if (++calls < 3) throw Object.assign(new Error(), { code: 'ECONNRESET' });
          return Promise.resolve(new Response('hello'));
        },
      });
      expect(await (await fetch('http://a.test')).text()).toBe('hello');
    }
  });

  test('a fetch may return a response instead of a promise', async () => {
    let calls = 0;
    const fetch = quickFetch({ fetch: (() => new Response('hello', { status: ++calls < 3 ? 503 : 200 })) as never });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
  });

  test.each([undefined, null, 'hello'])('a fetch that returns %j is reported at once', async (value) => {
    let calls = 0;
    const answer = async (): Promise<unknown> => {
      calls++;
      return value;
    };
    await expect(quickFetch({ fetch: answer as never })('http://a.test')).rejects.toThrow(
      '`fetch` must be a function that returns a Response, got',
    );
    expect(calls).toBe(1);
  });

  test.each([{ ok: true, json: async () => ({}) }, { ok: false, status: 404 }, {}])(
    'a mock of a response is returned as it is: %o',
    async (mock) => {
      expect(await quickFetch({ fetch: async () => mock as unknown as Response })('http://a.test')).toBe(mock);
    },
  );

  test('a mock of a response is retried, whatever its headers are', async () => {
    for (const headers of [undefined, null, {}, { 'retry-after': 'soon' }]) {
      const mocks = [{ status: 503, headers }, { status: 503, headers, body: new ReadableStream() }, { status: 200 }];
      const expected = mocks.at(-1);
      const fetch = quickFetch({ fetch: async () => mocks.shift() as unknown as Response });
      expect(await fetch('http://a.test')).toBe(expected);
    }
  });

  test('the plain headers of a mock may have Retry-After', async () => {
    const waits: number[] = [];
    const fetch = quickFetch({
      fetch: async () =>
        ({ status: waits.length ? 200 : 503, headers: { 'retry-after-ms': 5 } }) as unknown as Response,
      onRetry: ({ waitFor }) => void waits.push(waitFor),
    });
    await fetch('http://a.test');
    expect(waits).toEqual([5]);
  });

  test('a retrying fetch has the properties of the original', () => {
    const native = Object.assign(async () => new Response(), { preconnect: () => 'connected' });
    const fetch = retryingFetch({ fetch: native }) as unknown as { preconnect(): string };
    expect(fetch.preconnect()).toBe('connected');
  });

  test('a property that cannot be redefined is not forwarded', async () => {
    // Sentry makes `prototype` enumerable on the `fetch` of a browser, which has no property of that name.
    const native = Object.assign(async () => new Response('hello'), { prototype: {} });
    expect(await (await retryingFetch({ fetch: native })('http://a.test')).text()).toBe('hello');
  });

  test('a relative URL is left to the `fetch` option', async () => {
    let calls = 0;
    const fetch = quickFetch({
      fetch: async (input) => new Response(String(input), { status: ++calls === 1 ? 503 : 200 }),
    });
    expect(await (await fetch('/users')).text()).toBe('/users');
    expect(calls).toBe(2);
  });

  test('a relative URL may begin with a space, even that of the first call', async () => {
    vi.resetModules();
    const { retryingFetch } = await import('@stamina/fetch');
    let calls = 0;
    const fetch = retryingFetch({
      waitInitial: 0,
      waitJitter: 0,
      fetch: async () => new Response('', { status: ++calls === 1 ? 503 : 200 }),
    });
    expect((await fetch(' /users')).status).toBe(200);
    expect(calls).toBe(2);
  });
});

const given = (options: unknown) => () => retryingFetch(options as RetryingFetchOptions);

describe('a wrong option is refused when the fetch is made', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, '`options of retryingFetch` must be an object, got null; write retryingFetch({ attempts: 3 })'],
    [5, TypeError, '`options of retryingFetch` must be an object, got 5'],
    [{ methods: Object.create(null) }, TypeError, '`methods` must be an array, got an object'],
    [[], TypeError, '`options of retryingFetch` must be an object, got an array of 0'],
    [{ methods: 'POST' }, TypeError, '`methods` must be an array, got "POST"'],
    [{ methods: null }, TypeError, '`methods` must be an array, got null'],
    [{ methods: ['GET', 5] }, TypeError, "`methods[1]` must be an HTTP method such as 'GET', got 5"],
    [{ methods: ['GET POST'] }, RangeError, `\`methods[0]\` must be an HTTP method such as 'GET', got "GET POST"`],
    [{ methods: [''] }, RangeError, `\`methods[0]\` must be an HTTP method such as 'GET', got ""`],
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
