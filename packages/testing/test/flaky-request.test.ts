import { once } from 'node:events';
import { type ClientRequest, request as requestHttp } from 'node:http';
import { type FlakyScript, type FlakyServer, flakyServer } from '@stamina/testing';
import { afterEach, expect, test } from 'vitest';
import { send } from './client.ts';

let server: FlakyServer;

afterEach(() => server.close());

async function start(script: FlakyScript): Promise<string> {
  server = await flakyServer(script);
  return server.url;
}

/** Begins an upload, and leaves it open. */
function begin(url: string, headers: Record<string, string> = {}): ClientRequest {
  const upload = requestHttp(url, { method: 'POST', agent: false, headers });
  upload.on('error', () => {});
  return upload;
}

test('a request is recorded as it was sent', async () => {
  const url = await start({});
  const before = performance.now();
  await send(`${url}/users?page=2`, {
    method: 'PATCH',
    body: 'grüezi',
    headers: { 'X-Kind': 'a', accept: ['b', 'c'] },
  });
  expect(server.requests).toEqual([
    {
      num: 1,
      connection: 1,
      reused: false,
      method: 'PATCH',
      path: '/users?page=2',
      headers: expect.objectContaining({ 'x-kind': 'a', accept: 'b, c', host: url.slice('http://'.length) }),
      body: 'grüezi',
      bytes: new TextEncoder().encode('grüezi'),
      complete: true,
      at: expect.any(Number),
    },
  ]);
  expect(server.requests[0]?.at).toBeGreaterThan(before);
  expect(server.requests[0]?.at).toBeLessThan(performance.now());
});

test('a body that is no text is recorded in bytes', async () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xc3, 0x28);
  await send(await start({}), { method: 'POST', body: bytes });
  expect(server.requests[0]?.bytes).toStrictEqual(bytes);
  expect(server.requests[0]?.body).toBe('\ufffd\0\ufffd(');
});

test('a character that is cut by a chunk arrives whole', async () => {
  const upload = begin(await start({}));
  upload.write(Uint8Array.of(0xc3));
  await expect.poll(() => server.requests.length).toBe(1);
  upload.end(Uint8Array.of(0xbc));
  await once(upload, 'response');
  expect(server.requests[0]).toMatchObject({ body: 'ü', complete: true });
});

test('a request is recorded when its headers arrive, and complete when its body has', async () => {
  const upload = begin(await start({}));
  upload.write('first ');
  await expect.poll(() => server.requests.length).toBe(1);
  expect(server.requests[0]).toMatchObject({ method: 'POST', body: '', complete: false });
  upload.end('second');
  await once(upload, 'response');
  expect(server.requests[0]).toMatchObject({ body: 'first second', complete: true });
});

test('a request whose client leaves in the middle is not complete', async () => {
  const asked: number[] = [];
  const url = await start(({ num }) => {
    asked.push(num);
    return {};
  });
  const upload = begin(url, { 'content-length': '10' });
  upload.write('half ');
  await expect.poll(() => server.requests.length).toBe(1);
  upload.destroy();
  await expect.poll(() => server.requests[0]?.body).toBe('half ');
  await send(url);
  expect(server.requests).toMatchObject([{ complete: false }, { complete: true }]);
  expect(asked).toEqual([2]);
});

test('a request that is not complete takes its step of the list', async () => {
  const url = await start([{ status: 500 }, { status: 200 }]);
  const upload = begin(url, { 'content-length': '10' });
  upload.flushHeaders();
  await expect.poll(() => server.requests.length).toBe(1);
  upload.destroy();
  expect(await send(url)).toMatchObject({ status: 200 });
});

test('a reset can come in the middle of an upload', async () => {
  const url = await start([{ reset: true, read: 4 }, {}]);
  expect(await send(url, { method: 'POST', body: 'whole body' })).toMatchObject({
    error: expect.stringMatching('ECONNRESET|EPIPE'),
  });
  await send(url, { method: 'POST', body: 'whole body' });
  expect(server.requests).toMatchObject([
    { body: 'whol', complete: false },
    { body: 'whole body', complete: true },
  ]);
});

test('a reset can come before an upload ends that never would', async () => {
  const upload = begin(await start({ reset: true, read: 4 }));
  upload.write('whole');
  await once(upload, 'error');
  expect(server.requests).toMatchObject([{ body: 'whol', complete: false }]);
});

test('what was read is recorded while the connection is still open', async () => {
  const upload = begin(await start({ hang: true, read: 4 }));
  upload.write('whole');
  await expect.poll(() => server.requests[0]?.body).toBe('whol');
  expect(server.connections.open).toBe(1);
  upload.destroy();
});

test('an answer can come before the body', async () => {
  const upload = begin(await start({ status: 413, read: 0 }));
  upload.flushHeaders();
  const [response] = await once(upload, 'response');
  expect(response.statusCode).toBe(413);
  expect(server.requests).toMatchObject([{ body: '', complete: false }]);
  upload.destroy();
});

test('what comes after `read` bytes is dropped, and the connection serves again', async () => {
  const url = await start([{ status: 503, read: 2 }, {}]);
  const answers: number[] = [];
  for (const body of ['first', 'second']) {
    const response = await fetch(url, { method: 'POST', body });
    await response.arrayBuffer();
    answers.push(response.status);
  }
  expect(answers).toEqual([503, 200]);
  expect(server.requests).toMatchObject([
    { body: 'fi', complete: false },
    { body: 'second', complete: true },
  ]);
});

test.each([
  ['GET', undefined, 0],
  ['POST', 'short', 6],
  ['POST', 'exact', 5],
])('a %s of %s is complete with `read: %i`', async (method, body, read) => {
  const url = await start({ status: 503, read });
  expect(await send(url, { method, ...(body && { body }) })).toMatchObject({ status: 503 });
  expect(server.requests).toMatchObject([{ body: body ?? '', complete: true }]);
});

test('a body of many chunks arrives whole', async () => {
  const chunks = Array.from({ length: 200 }, (_, index) => `${index}`.repeat(1000));
  const upload = begin(await start({}));
  for (const chunk of chunks) upload.write(chunk);
  upload.end();
  await once(upload, 'response');
  expect(server.requests[0]?.body).toBe(chunks.join(''));
});

test('requests may be emptied, and are counted on', async () => {
  const url = await start([{ status: 500 }, { status: 503 }, { status: 200 }]);
  await send(url);
  server.requests.length = 0;
  expect(await send(url)).toMatchObject({ status: 503 });
  expect(server.requests).toMatchObject([{ num: 2 }]);
});

test('a request that its client aborts while it is answered is complete', async () => {
  const upload = begin(await start({ hang: true }));
  upload.end('all of it');
  await expect.poll(() => server.requests[0]?.complete).toBe(true);
  upload.destroy();
  await expect.poll(() => server.connections.open).toBe(0);
  expect(server.requests).toMatchObject([{ body: 'all of it', complete: true }]);
});
