import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

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
