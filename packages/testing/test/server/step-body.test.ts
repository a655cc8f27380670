import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, test } from 'vitest';
import { failureCode, send } from '../support/client.ts';
import { pause, startServer, startUrl } from '../support/server.ts';

test('a truncated answer sends the beginning of its body', async () => {
  const url = await startUrl({ status: 201, body: 'hello world', truncate: 5 });
  const seen = await send(url);
  expect(seen).toMatchObject({ status: 201, body: 'hello', error: 'ECONNRESET: aborted' });
  expect(seen.headers['content-length']).toBe('11');
  const response = await fetch(url);
  expect(response.status).toBe(201);
  expect(await failureCode(response.text())).toBe('UND_ERR_SOCKET');
});

test('a truncated answer can end in a reset', async () => {
  const url = await startUrl({ body: 'hello world', truncate: 5, reset: true });
  expect(await send(url)).toMatchObject({ status: 200, body: 'hello', error: 'ECONNRESET: read ECONNRESET' });
  const response = await fetch(url);
  expect(await failureCode(response.text())).toBe('ECONNRESET');
});

test('a truncated answer can hang', async () => {
  const { url, connections } = await startServer({ body: 'hello world', truncate: 5, hang: true });
  const response = await load(url);
  expect(String((await once(response, 'data'))[0])).toBe('hello');
  expect(await Promise.race([once(response, 'data'), once(response, 'close'), pause(30)])).toBe('nothing');
  response.destroy();
  await expect.poll(() => connections.open).toBe(0);
});

test.each([
  ['closes', { truncate: 0 }],
  ['resets', { truncate: 0, reset: true }],
] as const)('an answer truncated to nothing sends headers and %s', async (_, step) => {
  const seen = await send(await startUrl(step));
  expect(seen).toMatchObject({ status: 200, body: '', error: expect.stringMatching(/^ECONNRESET/) });
});

test('a truncated answer without a body sends dots', async () => {
  expect(await send(await startUrl({ truncate: 3 }))).toMatchObject({ body: '...', error: 'ECONNRESET: aborted' });
});

test('a large body is truncated at the exact byte', async () => {
  const url = await startUrl({ body: 'x'.repeat(3_000_000), truncate: 2_000_001 });
  expect((await send(url)).body.length).toBe(2_000_001);
});

test('a drip sends the body byte by byte', async () => {
  const url = await startUrl({ body: 'drop', drip: 20 });
  const begin = performance.now();
  const response = await fetch(url);
  const headersAfter = performance.now() - begin;
  expect(await response.text()).toBe('drop');
  expect(performance.now() - begin - headersAfter).toBeGreaterThanOrEqual(60);
  expect(await send(url)).toMatchObject({ status: 200, body: 'drop', pieces: 4, error: undefined });
});

test('a drip without a body sends dots', async () => {
  expect((await send(await startUrl({ drip: 1 }))).body).toMatch(/^\.+$/);
});

test('a drip can be truncated', async () => {
  const url = await startUrl({ body: 'drop', drip: 1, truncate: 2 });
  expect(await send(url)).toMatchObject({ body: 'dr', pieces: 2, error: 'ECONNRESET: aborted' });
});

test('an endless body lasts until the client leaves', async () => {
  const { url, connections } = await startServer({ body: 'abc', endless: true });
  const response = await load(url);
  let text = '';
  for await (const piece of response) {
    text += piece;
    expect(connections.open).toBe(1);
    if (text.length > 1000) break;
  }
  expect(text.slice(0, 7)).toBe('abcabca');
  await expect.poll(() => connections.open).toBe(0);
});

test('an endless body ends when the client resets', async () => {
  const { url, connections } = await startServer([{ endless: true }, { body: 'still there' }]);
  const response = await load(url);
  await once(response, 'data');
  response.socket.resetAndDestroy();
  await expect.poll(() => connections.open).toBe(0);
  expect(await send(url)).toMatchObject({ body: 'still there' });
});

test('an endless body can drip', async () => {
  const response = await fetch(await startUrl({ body: 'abc', endless: true, drip: 1 }));
  const reader = response.body?.getReader();
  let text = '';
  while (text.length < 5) text += new TextDecoder().decode((await reader?.read())?.value);
  expect(text).toBe('abcab');
  await reader?.cancel();
});

test('an endless body waits for its reader', async () => {
  const url = await startUrl([{ endless: true }, { body: 'served beside it' }]);
  const before = process.memoryUsage().arrayBuffers;
  const unread = await fetch(url);
  await pause(50);
  expect(await send(url)).toMatchObject({ body: 'served beside it' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  await unread.body?.cancel();
});

/**
 * Requests `url` on a connection that ends with the answer. Returns the answer once its headers have arrived. `fetch`
 * would make a new connection when the answer is aborted.
 */
async function load(url: string): Promise<IncomingMessage> {
  const [response] = await once(request(url, { agent: false }).end(), 'response');
  return response.on('error', () => {});
}
