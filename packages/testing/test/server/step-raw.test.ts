import { expect, test } from 'vitest';
import { send } from '../support/client.ts';
import { pause, startServer, startUrl } from '../support/server.ts';

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
