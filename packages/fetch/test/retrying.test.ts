import { retryBudget } from '@stamina/core';
import { fetch, HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch, REFUSED_URL } from './quick-fetch.ts';

describe('what is retried', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('an answer %i is retried', async (status) => {
    await using server = await flakyServer([{ status }, { body: 'hello' }]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([200, 'hello', 2]);
  });

  test.each([400, 401, 403, 404, 409, 410, 413, 422, 501, 505])('an answer %i is let through', async (status) => {
    await using server = await flakyServer([{ status, body: 'no' }, {}]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([status, 'no', 1]);
  });

  test('413 is retried where it carries Retry-After', async () => {
    await using server = await flakyServer([{ status: 413, headers: { 'retry-after': '0' } }, { body: 'hello' }]);
    expect(await (await quickFetch()(server.url)).text()).toBe('hello');
  });

  test.each(['soon', '-5', ''])('413 is let through where its Retry-After is %j, which says nothing', async (value) => {
    await using server = await flakyServer([{ status: 413, body: 'no', headers: { 'retry-after': value } }, {}]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([413, 'no', 1]);
  });

  test('`statuses` replaces the list', async () => {
    await using server = await flakyServer([{ status: 409 }, { status: 503 }]);
    const response = await quickFetch({ statuses: [409] })(server.url);
    expect([response.status, server.requests.length]).toEqual([503, 2]);
  });

  test('no status at all is retried with an empty list', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    expect((await quickFetch({ statuses: [] })(server.url)).status).toBe(503);
  });

  test.each([
    ['a reset connection', { reset: true }],
    ['a closed connection', { close: true }],
  ] as const)('%s is retried', async (_, step) => {
    await using server = await flakyServer([step, step, { body: 'hello' }]);
    expect(await (await quickFetch()(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(3);
  });

  test('a refused connection is retried until attempts are used up, and the error is the last one itself', async () => {
    const errors: unknown[] = [];
    const fetch = quickFetch({
      fetch: (...args) =>
        globalThis.fetch(...args).catch((error) => {
          errors.push(error);
          throw error;
        }),
    });
    const error = await fetch(REFUSED_URL).catch((error: unknown) => error);
    expect(errors).toHaveLength(4);
    expect(error).toBe(errors[3]);
  });

  test('a body that is cut off after the headers is the callers, and not retried', async () => {
    await using server = await flakyServer([{ body: 'hello', truncate: 2 }, { body: 'hello' }]);
    const response = await quickFetch()(server.url);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(server.requests).toHaveLength(1);
  });
});

describe('what comes back', () => {
  test('a success is the response itself, its body untouched', async () => {
    await using server = await flakyServer({ body: 'hello', headers: { 'x-id': '1' } });
    const made: Response[] = [];
    const fetch = quickFetch({
      fetch: async (...args) => {
        const response = await globalThis.fetch(...args);
        made.push(response);
        return response;
      },
    });
    const response = await fetch(server.url);
    expect(response).toBe(made[0]);
    expect(response.bodyUsed).toBe(false);
    expect([response.url, response.headers.get('x-id')]).toEqual([`${server.url}/`, '1']);
    expect(await response.text()).toBe('hello');
  });

  test('the last response comes back, readable, when attempts are used up', async () => {
    await using server = await flakyServer([
      { status: 503, body: 'one' },
      { status: 502, body: 'two' },
    ]);
    const response = await quickFetch({ attempts: 2 })(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([502, 'two', 2]);
  });

  test('there are 4 attempts by default', async () => {
    await using server = await flakyServer({ status: 503 });
    await quickFetch()(server.url);
    expect(server.requests).toHaveLength(4);
  });

  test('the last response comes back, readable, when the budget is used up', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const budget = retryBudget({ ratio: 0, minPerSecond: 0.1 });
    const response = await quickFetch({ budget })(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([503, 'busy', 2]);
  });

  test('the last response comes back, readable and at once, when the wait does not fit into `timeout`', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const begun = performance.now();
    const response = await retryingFetch({ waitInitial: 10_000, waitMax: 60_000, timeout: 5_000 })(server.url);
    expect([response.status, await response.text()]).toEqual([503, 'busy']);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  describe('when a late timer leaves no time for the retry', () => {
    const block = (): void => {
      const until = performance.now() + 400;
      while (performance.now() < until);
    };
    const fetch = retryingFetch({
      waitInitial: 100,
      waitJitter: 0,
      timeout: 300,
      onRetry: () => void setTimeout(block, 60),
    });

    test('the last response comes back, readable', async () => {
      await using server = await flakyServer({ status: 503, body: 'busy', headers: { 'x-id': '1' } });
      const response = await fetch(server.url);
      expect([response.status, response.url, response.headers.get('x-id')]).toEqual([503, `${server.url}/`, '1']);
      expect(await response.text()).toBe('busy');
      expect(server.requests).toHaveLength(1);
    });

    test('a body that was cut off until then is never taken for a whole one', async () => {
      await using server = await flakyServer({ status: 503, body: 'busy', drip: 40 });
      const response = await fetch(server.url);
      expect(response.status).toBe(503);
      await expect(response.text()).rejects.toThrow('the body is gone');
    });
  });

  test('a slow answer is delivered, though `timeout` is over', async () => {
    await using server = await flakyServer({ body: 'hello', delay: 100 });
    expect(await (await quickFetch({ timeout: 20 })(server.url)).text()).toBe('hello');
  });

  test('an error after an answer that was retried is thrown itself', async () => {
    await using server = await flakyServer([{ status: 503 }, { reset: true }]);
    await expect(quickFetch({ attempts: 2 })(server.url)).rejects.toThrow('fetch failed');
  });

  test('an answer after errors comes back', async () => {
    await using server = await flakyServer([{ reset: true }, { status: 404 }]);
    expect((await quickFetch()(server.url)).status).toBe(404);
  });

  test('a status error is never thrown', async () => {
    await using server = await flakyServer({ status: 500 });
    const result: unknown = await quickFetch()(server.url).catch((error: unknown) => error);
    expect(result).toBeInstanceOf(Response);
    expect(result).not.toBeInstanceOf(HttpStatusError);
  });

  test('`fetch` is one with the defaults', async () => {
    await using server = await flakyServer([{ status: 503, headers: { 'retry-after-ms': '1' } }, { body: 'hello' }]);
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });
});

describe('input', () => {
  test('a string, a URL and a Request are the same', async () => {
    await using server = await flakyServer((request) => ({ status: request.num % 2 ? 503 : 200, body: request.path }));
    const fetch = quickFetch();
    const answers = await Promise.all([
      (await fetch(`${server.url}/a?b=1`)).text(),
      (await fetch(new URL(`${server.url}/a?b=1`))).text(),
      (await fetch(new Request(`${server.url}/a?b=1`))).text(),
    ]);
    expect(answers).toEqual(['/a?b=1', '/a?b=1', '/a?b=1']);
    expect(server.requests).toHaveLength(6);
  });

  test('init takes precedence over the Request, as in fetch', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const request = new Request(server.url, { headers: { a: '1' }, method: 'DELETE' });
    await quickFetch()(request, { method: 'PUT', headers: { b: '2' }, body: 'x' });
    for (const { method, headers, body } of server.requests) {
      expect([method, headers.a, headers.b, body]).toEqual(['PUT', undefined, '2', 'x']);
    }
    expect(server.requests).toHaveLength(2);
  });

  test('the referrer of a Request stays, though an init beside it would reset it', async () => {
    const seen: unknown[] = [];
    const fetch = quickFetch({
      fetch: async (_, init) => {
        seen.push([init?.referrer, init?.referrerPolicy]);
        return new Response();
      },
    });
    const referrer = 'https://a.test/page';
    await fetch(new Request('https://a.test', { referrer, referrerPolicy: 'origin' }));
    await fetch(new Request('https://a.test', { referrer }), { referrer: '', referrerPolicy: 'no-referrer' });
    await fetch(new Request('https://a.test'));
    expect(seen).toEqual([
      [referrer, 'origin'],
      ['', 'no-referrer'],
      [undefined, undefined],
    ]);
  });

  test('a Request may stand for init, as in fetch', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(`${server.url}/other`, new Request(server.url, { method: 'DELETE', headers: { a: '1' } }));
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers.a])).toEqual([
      ['DELETE', '/other', '1'],
      ['DELETE', '/other', '1'],
    ]);
  });

  test('what the caller changes meanwhile changes no later attempt', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const url = new URL(`${server.url}/a`);
    const headers = new Headers({ a: '1' });
    const init = { method: 'PUT', headers };
    const fetch = quickFetch({
      onRetry: () => {
        url.pathname = '/b';
        init.method = 'DELETE';
        headers.set('a', '2');
      },
    });
    await fetch(url, init);
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers.a])).toEqual([
      ['PUT', '/a', '1'],
      ['PUT', '/a', '1'],
    ]);
  });

  test('headers from an iterator are sent with each attempt', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const headers = new Map([['a', '1']]).entries() as unknown as HeadersInit;
    await quickFetch()(server.url, { headers });
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1', '1']);
  });

  test('what a runtime adds to init is handed on to each attempt', async () => {
    const seen: unknown[] = [];
    const dispatcher = {};
    const fetch = quickFetch({
      fetch: async (_, init) => {
        seen.push((init as { dispatcher?: unknown }).dispatcher);
        return new Response('', { status: seen.length === 1 ? 503 : 200 });
      },
    });
    await fetch('http://a.test', { dispatcher } as RequestInit);
    expect(seen).toEqual([dispatcher, dispatcher]);
  });
});

describe('the fetch that makes the request', () => {
  test('the global one is looked up at each call', async () => {
    const fetch = quickFetch();
    const original = globalThis.fetch;
    try {
      globalThis.fetch = async () => new Response('replaced');
      expect(await (await fetch('http://a.test')).text()).toBe('replaced');
    } finally {
      globalThis.fetch = original;
    }
  });

  test('one that replaces the global one calls the one before it', async () => {
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

  test('one that throws, rather than rejects, is retried likewise', async () => {
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

  test('one that returns a response, rather than a promise, is as good', async () => {
    let calls = 0;
    const fetch = quickFetch({ fetch: (() => new Response('hello', { status: ++calls < 3 ? 503 : 200 })) as never });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
  });

  test.each([undefined, null, 'hello', {}])('one that returns %j is told of at once', async (value) => {
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

  test('properties of the runtime are found on it', () => {
    const native = Object.assign(async () => new Response(), { preconnect: () => 'connected' });
    const fetch = retryingFetch({ fetch: native }) as unknown as { preconnect(): string };
    expect(fetch.preconnect()).toBe('connected');
  });

  test('a relative URL is retried where only a fetch of the users own knows its host', async () => {
    let calls = 0;
    const fetch = quickFetch({
      fetch: async (input) => new Response(String(input), { status: ++calls === 1 ? 503 : 200 }),
    });
    expect(await (await fetch('/users')).text()).toBe('/users');
    expect(calls).toBe(2);
  });
});
