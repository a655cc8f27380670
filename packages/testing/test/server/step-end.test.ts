import { expect, test } from 'vitest';
import { failureCode, send } from '../support/client.ts';
import { pause, startServer, startUrl } from '../support/server.ts';

test('a delay passes before a reset too', async () => {
  const url = await startUrl({ reset: true, delay: 40 });
  const begin = performance.now();
  expect(await send(url)).toMatchObject({ error: 'ECONNRESET: read ECONNRESET' });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
});

test('a reset causes ECONNRESET before any answer', async () => {
  const url = await startUrl({ reset: true });
  expect(await send(url)).toMatchObject({ status: undefined, error: 'ECONNRESET: read ECONNRESET' });
  expect(await failureCode(fetch(url))).toBe('ECONNRESET');
});

test('a close ends the connection before any answer', async () => {
  const url = await startUrl({ close: true });
  expect(await send(url)).toMatchObject({ status: undefined, error: 'ECONNRESET: socket hang up' });
  expect(await failureCode(fetch(url))).toBe('UND_ERR_SOCKET');
});

test('a hang lasts until the client leaves', async () => {
  const { url, requests, connections } = await startServer({ hang: true });
  const leaving = new AbortController();
  const pending = send(url, { signal: leaving.signal });
  await expect.poll(() => requests.length).toBe(1);
  expect(await Promise.race([pending, pause(30)])).toBe('nothing');
  expect(connections.open).toBe(1);
  leaving.abort();
  expect(await pending).toMatchObject({ status: undefined, error: expect.stringMatching(/^ABORT_ERR/) });
  await expect.poll(() => connections.open).toBe(0);
});

test.each([
  ['a truncated answer', { body: 'hello', truncate: 1, reset: true }],
  ['raw bytes', { raw: 'HTTP/1.1 200 OK\r\n\r\nh', reset: true }],
] as const)('a reset leaves time to read %s', async (_, step) => {
  const url = await startUrl(step);
  const begin = performance.now();
  expect(await send(url)).toMatchObject({ status: 200, body: 'h', error: 'ECONNRESET: read ECONNRESET' });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(19);
});
