import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch, REFUSED_URL, recordingFetch } from './quick-fetch.ts';

/** Answers by whoever asks first: two failures of each kind. */
const STEPS = [{ status: 503 }, { reset: true }] as const;

describe('methods', () => {
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

  test('`methods` replaces the list, in any case', async () => {
    await using server = await flakyServer([{ status: 503 }, {}, { status: 503 }, {}]);
    const fetch = quickFetch({ methods: ['post'] });
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(200);
    expect((await fetch(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(3);
  });

  test('the method of a Request counts', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    expect((await quickFetch()(new Request(server.url, { method: 'POST' }))).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  test('`on` does not make a method safe', async () => {
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

  test.each(inits)('in %s makes a POST safe, and stays the same', async (_, init) => {
    await using server = await flakyServer([...STEPS, {}]);
    expect((await quickFetch()(server.url, { method: 'POST', body: 'x', ...init })).status).toBe(200);
    expect(server.requests.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      ['a1', 'x'],
      ['a1', 'x'],
      ['a1', 'x'],
    ]);
  });

  test('in a Request makes it safe', async () => {
    await using server = await flakyServer([...STEPS, {}]);
    await quickFetch()(new Request(server.url, { method: 'POST', body: 'x', headers: KEY }));
    expect(server.requests.map(({ headers, body }) => [headers['idempotency-key'], body])).toEqual([
      ['a1', 'x'],
      ['a1', 'x'],
      ['a1', 'x'],
    ]);
  });

  test('in a Request is hidden by headers in init', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(new Request(server.url, { method: 'POST', headers: KEY }), { headers: {} });
    expect(server.requests).toHaveLength(1);
  });

  test('without a value is none', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(server.url, { method: 'POST', headers: { 'idempotency-key': '' } });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a request that was certainly never sent', () => {
  const countingFetch = (fail: (calls: number) => unknown) => {
    const seen = { calls: 0 };
    const fetch = quickFetch({
      fetch: async () => {
        const error = fail(++seen.calls);
        if (error) throw error;
        return new Response();
      },
    });
    return { seen, fetch };
  };
  const failed = (code: string): TypeError =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) });

  test('is sent again whatever its method: connection refused', async () => {
    const { inputs, fetch: recording } = recordingFetch();
    const fetch = quickFetch({ fetch: recording });
    await expect(fetch(REFUSED_URL, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect(inputs).toHaveLength(4);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is sent again whatever its method: %s',
    async (code) => {
      const { seen, fetch } = countingFetch((calls) => calls === 1 && failed(code));
      await fetch('http://a.test', { method: 'POST', body: 'x' });
      expect(seen.calls).toBe(2);
    },
  );

  test('is sent again whatever its method: Deno cannot connect', async () => {
    const message =
      'error sending request for url (http://a.test/): client error (Connect): tcp connect error: Connection refused (os error 111)';
    const { seen, fetch } = countingFetch((calls) => calls === 1 && new TypeError(message));
    await fetch('http://a.test', { method: 'POST' });
    expect(seen.calls).toBe(2);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])(
    'is not one that failed by %s',
    async (code) => {
      const { seen, fetch } = countingFetch(() => failed(code));
      await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('fetch failed');
      expect(seen.calls).toBe(1);
    },
  );

  test.each([303, 307, 308])('is not one that a redirect %i led to where nobody listens', async (status) => {
    await using server = await flakyServer({ status, headers: { location: `${REFUSED_URL}/orders/7` } });
    await expect(quickFetch()(server.url, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });

  test('is not one that a redirect led to another host on the same port', async () => {
    await using server = await flakyServer(({ headers }) => ({
      status: 303,
      headers: { location: `http://127.0.0.2:${headers.host?.split(':')[1]}/` },
    }));
    const { port } = new URL(server.url);
    const sent = quickFetch()(`http://localhost:${port}`, { method: 'POST', body: 'x' });
    await expect(sent).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });

  test('that was redirected is repeated where its key allows it', async () => {
    await using server = await flakyServer([{ status: 307, headers: { location: REFUSED_URL } }, {}]);
    const init = { method: 'POST', body: 'x', headers: { 'idempotency-key': 'a1' } };
    expect((await quickFetch()(server.url, init)).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  const told = (code: string, more: object, message = ''): TypeError =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code, ...more }) });
  const denoTold = (url: string): TypeError =>
    new TypeError('fetch failed', {
      cause: new Error(`error sending request for url (${url}): client error (Connect): dns error: no such host`),
    });

  test.each<[string, string, unknown]>([
    ['its own host', 'http://a.test/', told('ENOTFOUND', { hostname: 'a.test' })],
    ['its own port', 'http://a.test/', told('ECONNREFUSED', { address: '192.0.2.1', port: 80 })],
    ['its own port of https', 'https://a.test/', told('ECONNREFUSED', { address: '192.0.2.1', port: 443 })],
    ['its own address', 'http://192.0.2.1:81/', told('ECONNREFUSED', { address: '192.0.2.1', port: 81 })],
    [
      'all addresses of its host',
      'http://a.test:81/',
      told('ECONNREFUSED', { errors: [{ address: '::1', port: 81 }] }),
    ],
    ['its own URL, in Deno', 'http://a.test/b?c=(d)#e', denoTold('http://a.test/b?c=(d)')],
  ])('is sent again where the error tells of %s', async (_, url, error) => {
    const { seen, fetch } = countingFetch((calls) => calls === 1 && error);
    await fetch(url, { method: 'POST', body: 'x' });
    expect(seen.calls).toBe(2);
  });

  test.each<[string, string, unknown]>([
    ['another host', 'http://a.test/', told('ENOTFOUND', { hostname: 'b.test' })],
    ['another port', 'http://a.test/', told('ECONNREFUSED', { address: '192.0.2.1', port: 443 })],
    ['another address', 'http://192.0.2.1/', told('ECONNREFUSED', { address: '192.0.2.2', port: 80 })],
    ['addresses of another host', 'http://a.test/', told('ECONNREFUSED', { errors: [{ address: '::1', port: 81 }] })],
    ['another URL, in Deno', 'http://a.test/', denoTold('http://a.test/b')],
  ])('is not one whose error tells of %s', async (_, url, error) => {
    const { seen, fetch } = countingFetch(() => error);
    await expect(fetch(url, { method: 'POST', body: 'x' })).rejects.toBe(error);
    expect(seen.calls).toBe(1);
  });

  test('is not one whose URL holds the words by which Deno tells it', async () => {
    const message =
      'error sending request from 127.0.0.1:1 for http://a.test/(Connect) (127.0.0.1:80): client error (SendRequest): connection closed before message completed';
    const { seen, fetch } = countingFetch(() => new TypeError(message));
    await expect(fetch('http://a.test/(Connect)', { method: 'POST' })).rejects.toThrow(message);
    expect(seen.calls).toBe(1);
  });

  test('is not one that a browser failed to fetch', async () => {
    const { seen, fetch } = countingFetch(() => new TypeError('Failed to fetch'));
    await expect(fetch('http://a.test', { method: 'POST' })).rejects.toThrow('Failed to fetch');
    expect(seen.calls).toBe(1);
  });
});
