import { flakyServer } from '@stamina/testing';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { quickFetch, recordingFetch } from './support/quick-fetch.ts';

describe('a request', () => {
  test('is the same for a string, a URL and a Request', async () => {
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

  test('init takes precedence over the Request', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const request = new Request(server.url, { headers: { a: '1' }, method: 'DELETE' });
    await quickFetch()(request, { method: 'PUT', headers: { b: '2' }, body: 'x' });
    for (const { method, headers, body } of server.requests) {
      expect([method, headers.a, headers.b, body]).toEqual(['PUT', undefined, '2', 'x']);
    }
    expect(server.requests).toHaveLength(2);
  });

  test('the referrer of a Request is kept', async () => {
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

  test('a Request can be passed as init', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(`${server.url}/other`, new Request(server.url, { method: 'DELETE', headers: { a: '1' } }));
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers.a])).toEqual([
      ['DELETE', '/other', '1'],
      ['DELETE', '/other', '1'],
    ]);
  });

  test('later attempts ignore what the caller changes in the meantime', async () => {
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

  test('later attempts ignore a change of an array in the headers', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const values = ['1', '2'];
    const headers = { a: values } as unknown as Record<string, string>;
    const call = quickFetch()(server.url, { headers });
    values.push('3');
    await call;
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1,2', '1,2']);
  });

  test('headers from an iterator are sent with each attempt', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const headers = new Map([['a', '1']]).entries() as unknown as HeadersInit;
    await quickFetch()(server.url, { headers });
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1', '1']);
  });

  test('options that only a runtime knows reach each attempt', async () => {
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

describe('a bad request', () => {
  /** Returns the error of bare fetch, the error of ours, and how often ours called bare fetch. */
  async function compare(input: unknown, init?: unknown): Promise<{ bare: unknown; ours: unknown; calls: number }> {
    const recording = recordingFetch();
    const fetch = quickFetch({ fetch: recording.fetch });
    const rejection = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => 'no rejection',
        (error: unknown) => error,
      );
    return {
      bare: await rejection(globalThis.fetch(input as string, init as RequestInit)),
      ours: await rejection(fetch(input as string, init as RequestInit)),
      calls: recording.inputs.length,
    };
  }

  describe('a bad request rejects as bare fetch does', () => {
    test.each<[string, unknown, unknown?]>([
      ['no URL', 'not a url'],
      ['a URL without a host', 'http://'],
      ['an unknown scheme', 'foo://a.test'],
      ['ftp', 'ftp://127.0.0.1/'],
      ['credentials in the URL', 'http://user:secret@127.0.0.1/'],
      ['a blocked port', 'http://127.0.0.1:9/'],
      ['a bad header name', 'http://127.0.0.1/', { headers: { 'a b': '1' } }],
      ['a bad header value', 'http://127.0.0.1/', { headers: { a: '1\n2' } }],
      ['headers that are a string', 'http://127.0.0.1/', { headers: 'a: 1' }],
      ['a body function with GET', 'http://127.0.0.1/', { body: () => 'x' }],
      ['bad headers of a POST', 'http://127.0.0.1/', { method: 'POST', headers: [['a']] }],
      ['a bad method', 'http://127.0.0.1/', { method: 'G T' }],
      ['a forbidden method', 'http://127.0.0.1/', { method: 'CONNECT' }],
      ['a body with GET', 'http://127.0.0.1/', { body: 'x' }],
      ['a stream without duplex', 'http://127.0.0.1/', { method: 'POST', body: new ReadableStream() }],
      ['a bad mode', 'http://127.0.0.1/', { mode: 'bad' }],
      ['a bad redirect', 'http://127.0.0.1/', { redirect: 'bad' }],
      ['an init that is no object', 'http://127.0.0.1/', 5],
      ['no input', undefined],
      ['a Symbol', Symbol('a')],
    ])('%s', async (_, input, init) => {
      const { bare, ours, calls } = await compare(input, init);
      expect(bare).toBeInstanceOf(TypeError);
      expect(ours).toBeInstanceOf(TypeError);
      expect((ours as Error).message).toBe((bare as Error).message);
      expect(calls).toBeLessThanOrEqual(1);
    });

    test('a signal that is no AbortSignal', async () => {
      for (const signal of [{}, 5, 'signal', new EventTarget()]) {
        const { ours, calls } = await compare('http://127.0.0.1/', { signal });
        expect(ours).toBeInstanceOf(TypeError);
        expect(calls).toBe(0);
      }
    });

    test('a redirect loop', async () => {
      await using server = await flakyServer({ status: 302, headers: { location: '/' } });
      await expect(quickFetch()(server.url)).rejects.toThrow('fetch failed');
      expect(server.requests).toHaveLength(21);
    });

    test('a redirect that init forbids', async () => {
      await using server = await flakyServer({ status: 302, headers: { location: '/' } });
      await expect(quickFetch()(server.url, { redirect: 'error' })).rejects.toThrow('fetch failed');
      expect(server.requests).toHaveLength(1);
    });

    test('a self-signed certificate', async () => {
      const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
      await using server = await flakyServer({}, { tls: { key, cert } });
      await expect(quickFetch()(server.url)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
      expect(server.connections.total).toBe(1);
    });

    test('TLS to a port without TLS', async () => {
      await using server = await flakyServer({});
      await expect(quickFetch()(server.url.replace('http:', 'https:'))).rejects.toThrow('fetch failed');
      expect(server.connections.total).toBe(1);
    });
  });

  test.each([
    ['an unknown scheme', 'foo://a.test', {}],
    ['credentials in the URL', 'http://user:secret@a.test', {}],
    ['a bad header', 'http://a.test', { headers: { 'a b': '1' } }],
  ])('%s is not retried like a lost connection', async (_, url, init) => {
    let calls = 0;
    const fetch = quickFetch({
      fetch: async () => {
        calls++;
        throw new TypeError('Failed to fetch');
      },
    });
    await expect(fetch(url, init)).rejects.toThrow('Failed to fetch');
    expect(calls).toBe(1);
  });

  test('a data URL is fetched as usual', async () => {
    expect(await (await quickFetch()('data:text/plain,hello')).text()).toBe('hello');
  });
});

/** The two kinds of failure: a response and an error. */
const STEPS = [{ status: 503 }, { reset: true }] as const;

describe('a method', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY', 'put', 'get'])('%s is repeated', async (method) => {
    await using server = await flakyServer([...STEPS, {}]);
    expect((await quickFetch()(server.url, { method })).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  test.each(['POST', 'PATCH', 'post', 'LOCK'])('%s is sent once', async (method) => {
    for (const step of STEPS) {
      await using server = await flakyServer([step, {}]);
      const result = await quickFetch()(server.url, { method }).catch((error: unknown) => error);
      expect(result).toEqual(expect.objectContaining('reset' in step ? { message: 'fetch failed' } : { status: 503 }));
      expect(server.requests).toHaveLength(1);
    }
  });

  test('`methods` replaces the default list', async () => {
    await using server = await flakyServer([{ status: 503 }, {}, { status: 503 }, {}]);
    const fetch = quickFetch({ methods: ['post'] });
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(200);
    expect((await fetch(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(3);
  });

  test('the method may come from a Request', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    expect((await quickFetch()(new Request(server.url, { method: 'POST' }))).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  test('`on` does not make POST repeatable', async () => {
    await using server = await flakyServer([{ reset: true }, {}]);
    await expect(quickFetch({ on: () => true })(server.url, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  const KEY = { 'Idempotency-Key': 'a1' };
  const inits: [string, RequestInit][] = [
    ['an object', { headers: KEY }],
    ['an object in lower case', { headers: { 'idempotency-key': 'a1' } }],
    ['Headers', { headers: new Headers(KEY) }],
    ['pairs', { headers: Object.entries(KEY) }],
  ];

  test.each(inits)('in %s makes POST repeatable and stays the same', async (_, init) => {
    await using server = await flakyServer([...STEPS, {}]);
    expect((await quickFetch()(server.url, { method: 'POST', body: 'x', ...init })).status).toBe(200);
    expect(server.requests.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      ['a1', 'x'],
      ['a1', 'x'],
      ['a1', 'x'],
    ]);
  });

  test('in a Request makes POST repeatable and stays the same', async () => {
    await using server = await flakyServer([...STEPS, {}]);
    await quickFetch()(new Request(server.url, { method: 'POST', body: 'x', headers: KEY }));
    expect(server.requests.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      ['a1', 'x'],
      ['a1', 'x'],
      ['a1', 'x'],
    ]);
  });

  test('in a Request is hidden by the headers in init', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(new Request(server.url, { method: 'POST', headers: KEY }), { headers: {} });
    expect(server.requests).toHaveLength(1);
  });

  test('without a value does not count', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(server.url, { method: 'POST', headers: { 'idempotency-key': '' } });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a redirect', () => {
  test.each<[string, (url: string) => [string | Request, RequestInit?]]>([
    ['a string', (url) => [url, { method: 'PUT', body: 'hello' }]],
    ['a Request', (url) => [new Request(url, { method: 'PUT', body: 'hello' })]],
    ['a POST with a key', (url) => [url, { method: 'POST', body: 'hello', headers: { 'idempotency-key': 'a1' } }]],
  ])('a redirect 307 sends the body again: %s', async (_, make) => {
    const redirect = { status: 307, headers: { location: '/b' } };
    await using server = await flakyServer([redirect, { status: 503 }, redirect, {}]);
    expect((await quickFetch()(...make(`${server.url}/a`))).status).toBe(200);
    expect(server.requests.map(({ path, body }) => path + body)).toEqual(['/ahello', '/bhello', '/ahello', '/bhello']);
  });

  test('a redirect 307 of a stream is not retried', async () => {
    await using server = await flakyServer([{ status: 307, headers: { location: '/b' } }, {}]);
    const init = { method: 'PUT', body: () => new Blob(['hello']).stream() };
    await expect(quickFetch()(`${server.url}/a`, init)).rejects.toThrow('fetch failed');
    expect(server.requests.map(({ path, body }) => path + body)).toEqual(['/ahello']);
  });

  test('redirects are followed in each attempt', async () => {
    await using server = await flakyServer([
      { status: 302, headers: { location: '/b' } },
      { status: 503 },
      { status: 302, headers: { location: '/b' } },
      { body: 'hello' },
    ]);
    const response = await quickFetch()(`${server.url}/a`);
    expect([response.redirected, response.url, await response.text()]).toEqual([true, `${server.url}/b`, 'hello']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/a', '/b', '/a', '/b']);
  });
});
