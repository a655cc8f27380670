import { flakyServer } from '@stamina/testing';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { quickFetch, recordingFetch } from './support/quick-fetch.ts';

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
