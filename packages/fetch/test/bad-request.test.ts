import { flakyServer } from '@stamina/testing';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { quickFetch, recordingFetch } from './quick-fetch.ts';

/** What bare fetch and ours reject with, and how often ours asked it. */
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

describe('a bad request rejects at once with what bare fetch says', () => {
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

  test('a signal that is none', async () => {
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

  test('a redirect where none is wanted', async () => {
    await using server = await flakyServer({ status: 302, headers: { location: '/' } });
    await expect(quickFetch()(server.url, { redirect: 'error' })).rejects.toThrow('fetch failed');
    expect(server.requests).toHaveLength(1);
  });

  test('a certificate that nobody vouches for', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
    await using server = await flakyServer({}, { tls: { key, cert } });
    await expect(quickFetch()(server.url)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(server.connections.total).toBe(1);
  });

  test('TLS to a plain port', async () => {
    await using server = await flakyServer({});
    await expect(quickFetch()(server.url.replace('http:', 'https:'))).rejects.toThrow('fetch failed');
    expect(server.connections.total).toBe(1);
  });

  test('what is no HTTP', async () => {
    expect(await (await quickFetch()('data:text/plain,hello')).text()).toBe('hello');
  });
});

test.each([
  ['an unknown scheme', 'foo://a.test', {}],
  ['credentials in the URL', 'http://user:secret@a.test', {}],
  ['a bad header', 'http://a.test', { headers: { 'a b': '1' } }],
])('%s is sent once where fetch tells it from a lost connection by nothing', async (_, url, init) => {
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

test.each<[string, (url: string) => [string | Request, RequestInit?]]>([
  ['a string', (url) => [url, { method: 'PUT', body: 'hello' }]],
  ['a Request', (url) => [new Request(url, { method: 'PUT', body: 'hello' })]],
  ['a POST with a key', (url) => [url, { method: 'POST', body: 'hello', headers: { 'idempotency-key': 'a1' } }]],
])('a redirect 307 takes the body along in each attempt: %s', async (_, make) => {
  const redirect = { status: 307, headers: { location: '/b' } };
  await using server = await flakyServer([redirect, { status: 503 }, redirect, {}]);
  expect((await quickFetch()(...make(`${server.url}/a`))).status).toBe(200);
  expect(server.requests.map(({ path, body }) => path + body)).toEqual(['/ahello', '/bhello', '/ahello', '/bhello']);
});

test('a redirect 307 of a stream, which fetch cannot follow, is no lost connection', async () => {
  await using server = await flakyServer([{ status: 307, headers: { location: '/b' } }, {}]);
  const init = { method: 'PUT', body: () => new Blob(['hello']).stream() };
  await expect(quickFetch()(`${server.url}/a`, init)).rejects.toThrow('fetch failed');
  expect(server.requests.map(({ path, body }) => path + body)).toEqual(['/ahello']);
});

test('redirects are followed in each attempt, as in fetch', async () => {
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
