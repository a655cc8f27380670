import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { failureCode, pause, send, startServer, startUrl } from '../support/http.ts';

test('an empty step answers 200 without a body', async () => {
  const seen = await send(await startUrl({}));
  expect(seen).toMatchObject({ status: 200, body: '', error: undefined });
  expect(seen.headers['content-length']).toBe('0');
});

test('an answer has the parts of its step', async () => {
  const headers = { 'Retry-After': '3', 'set-cookie': ['a=1', 'b=2'], date: 'never' };
  const seen = await send(await startUrl({ status: 503, headers, body: 'später' }));
  expect(seen).toMatchObject({ status: 503, body: 'später', error: undefined });
  expect(seen.headers).toMatchObject({
    'retry-after': '3',
    'set-cookie': ['a=1', 'b=2'],
    date: 'never',
    'content-length': '7',
  });
});

test('a body of bytes arrives unchanged', async () => {
  const bytes = Uint8Array.of(0, 255, 128, 10);
  const response = await fetch(await startUrl({ body: bytes }));
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});

test('a body may be bytes of another realm', async () => {
  expect(await send(await startUrl({ body: runInNewContext('Uint8Array.of(104, 105)') }))).toMatchObject({
    body: 'hi',
  });
});

test('a step that is changed later has no effect', async () => {
  const step = { status: 200, body: Uint8Array.of(65), headers: { 'x-kind': 'first' } };
  const url = await startUrl(step);
  step.status = 500;
  step.body[0] = 66;
  step.headers['x-kind'] = 'second';
  const seen = await send(url);
  expect(seen).toMatchObject({ status: 200, body: 'A' });
  expect(seen.headers['x-kind']).toBe('first');
});

test.each([204, 304])('an answer with status %i has no content-length', async (status) => {
  const seen = await send(await startUrl({ status }));
  expect(seen).toMatchObject({ status, body: '', error: undefined });
  expect(seen.headers).not.toHaveProperty('content-length');
  expect(seen.headers).not.toHaveProperty('transfer-encoding');
});

test.each([
  ['an answer', { body: 'hello' }, '5'],
  ['a drip', { body: 'hello', drip: 60_000 }, '5'],
  ['an endless body', { endless: true }, undefined],
] as const)('HEAD gets the headers of %s', async (_, step, length) => {
  const seen = await send(await startUrl(step), { method: 'HEAD' });
  expect(seen).toMatchObject({ status: 200, body: '', error: undefined });
  expect(seen.headers['content-length']).toBe(length);
});

test('a relative redirect leads to the same server', async () => {
  const { url, requests } = await startServer([
    { status: 307, headers: { location: '/there?page=2' } },
    { body: 'arrived' },
  ]);
  const response = await fetch(`${url}/here`, { method: 'PUT', body: 'cargo' });
  expect(await response.text()).toBe('arrived');
  expect(requests).toMatchObject([
    { method: 'PUT', path: '/here', body: 'cargo' },
    { method: 'PUT', path: '/there?page=2', body: 'cargo' },
  ]);
});

test('a delay passes before the step', async () => {
  const url = await startUrl({ status: 503, delay: 40 });
  const begin = performance.now();
  expect(await send(url)).toMatchObject({ status: 503 });
  // A timer may fire up to a millisecond early.
  expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
});

test('fake timers do not stop the server', async () => {
  vi.useFakeTimers();
  try {
    const { url, requests } = await startServer({ body: 'drop', delay: 5, drip: 1 });
    expect(await send(url)).toMatchObject({ body: 'drop' });
    await send(url);
    expect(requests[1]?.at).toBeGreaterThan(requests[0]?.at as number);
  } finally {
    vi.useRealTimers();
  }
});

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

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

test.each([
  ['is no HTTP', 'nonsense\r\n\r\n', undefined, ''],
  ['has no status', 'HTTP/1.1 \r\n\r\n', undefined, ''],
  ['has two lengths', `HTTP/1.1 200 OK\r\ncontent-length: 1\r\n${ANSWER.slice(17)}`, undefined, ''],
  ['has a chunk without a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello', 200, ''],
] as const)('raw bytes can be an answer that %s', async (_, raw, status, body) => {
  const url = await startUrl({ raw });
  expect(await send(url)).toMatchObject({ status, body, error: expect.stringMatching(/^HPE_/) });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow(TypeError);
});

test('raw bytes are sent unchanged', async () => {
  const { url, connections } = await startServer([{ raw: ANSWER }, { raw: new TextEncoder().encode(ANSWER) }]);
  for (let i = 0; i < 2; i++) {
    const seen = await send(url, { method: 'POST', body: 'cargo' });
    expect(seen).toMatchObject({ status: 200, headers: { 'content-length': '2' }, body: 'hi', error: undefined });
    expect(Object.keys(seen.headers)).toEqual(['content-length']);
  }
  await expect.poll(() => connections.open).toBe(0);
});

test('raw bytes that are changed later have no effect', async () => {
  const raw = new TextEncoder().encode(ANSWER);
  const url = await startUrl({ raw });
  raw.fill(0);
  expect(await send(url)).toMatchObject({ body: 'hi' });
});

test('raw bytes can cut a chunked body', async () => {
  const raw = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';
  expect(await send(await startUrl({ raw }))).toMatchObject({
    status: 200,
    body: 'hello',
    error: 'ECONNRESET: aborted',
  });
});

test('raw bytes can end in a reset', async () => {
  const url = await startUrl({ raw: ANSWER.slice(0, -1), reset: true });
  expect(await send(url)).toMatchObject({ status: 200, body: 'h', error: 'ECONNRESET: read ECONNRESET' });
});

test('raw bytes can drip', async () => {
  const url = await startUrl({ raw: ANSWER, drip: 1 });
  const begin = performance.now();
  expect(await send(url)).toMatchObject({ status: 200, body: 'hi', pieces: 2, error: undefined });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(ANSWER.length - 1);
});

test('headers can begin and never end', async () => {
  const { url, requests, connections } = await startServer({ raw: 'HTTP/1.1 200 OK\r\nx-kind: ', hang: true });
  const leaving = new AbortController();
  const pending = send(url, { signal: leaving.signal });
  await expect.poll(() => requests.length).toBe(1);
  expect(await Promise.race([pending, pause(30)])).toBe('nothing');
  leaving.abort();
  expect(await pending).toMatchObject({ status: undefined, error: expect.stringMatching(/^ABORT_ERR/) });
  await expect.poll(() => connections.open).toBe(0);
});
