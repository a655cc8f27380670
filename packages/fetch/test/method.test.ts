import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

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
