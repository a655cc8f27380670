import { once } from 'node:events';
import { type ClientRequest, request as requestHttp } from 'node:http';
import type { FlakyScript, FlakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';
import { send, startServer } from '../support/http.ts';

let server: FlakyServer;

async function start(script: FlakyScript): Promise<string> {
  server = await startServer(script);
  return server.url;
}

/** Begins an upload and leaves it open. */
function beginUpload(url: string, headers: Record<string, string> = {}): ClientRequest {
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

test('a body is recorded in bytes', async () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xc3, 0x28);
  await send(await start({}), { method: 'POST', body: bytes });
  expect(server.requests[0]?.bytes).toStrictEqual(bytes);
  expect(server.requests[0]?.body).toBe('\ufffd\0\ufffd(');
});

test('a character in two chunks arrives whole', async () => {
  const upload = beginUpload(await start({}));
  upload.write(Uint8Array.of(0xc3));
  await expect.poll(() => server.requests.length).toBe(1);
  upload.end(Uint8Array.of(0xbc));
  await once(upload, 'response');
  expect(server.requests[0]).toMatchObject({ body: 'ü', complete: true });
});

test('a request is recorded before its body arrives', async () => {
  const upload = beginUpload(await start({}));
  upload.write('first ');
  await expect.poll(() => server.requests.length).toBe(1);
  expect(server.requests[0]).toMatchObject({ method: 'POST', body: '', complete: false });
  upload.end('second');
  await once(upload, 'response');
  expect(server.requests[0]).toMatchObject({ body: 'first second', complete: true });
});

test('a request that its client cuts is not complete', async () => {
  const seen: number[] = [];
  const url = await start(({ num }) => {
    seen.push(num);
    return {};
  });
  const upload = beginUpload(url, { 'content-length': '10' });
  upload.write('half ');
  await expect.poll(() => server.requests.length).toBe(1);
  upload.destroy();
  await expect.poll(() => server.requests[0]?.body).toBe('half ');
  await send(url);
  expect(server.requests).toMatchObject([{ complete: false }, { complete: true }]);
  expect(seen).toEqual([2]);
});

test('an incomplete request uses up its step', async () => {
  const url = await start([{ status: 500 }, { status: 200 }]);
  const upload = beginUpload(url, { 'content-length': '10' });
  upload.flushHeaders();
  await expect.poll(() => server.requests.length).toBe(1);
  upload.destroy();
  expect(await send(url)).toMatchObject({ status: 200 });
});

test('a reset can interrupt an upload', async () => {
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

test('a reset can end an endless upload', async () => {
  const upload = beginUpload(await start({ reset: true, read: 4 }));
  upload.write('whole');
  await once(upload, 'error');
  expect(server.requests).toMatchObject([{ body: 'whol', complete: false }]);
});

test('a cut body is recorded at once', async () => {
  const upload = beginUpload(await start({ hang: true, read: 4 }));
  upload.write('whole');
  await expect.poll(() => server.requests[0]?.body).toBe('whol');
  expect(server.connections.open).toBe(1);
  upload.destroy();
});

test('an answer can come before the body', async () => {
  const upload = beginUpload(await start({ status: 413, read: 0 }));
  upload.flushHeaders();
  const [response] = await once(upload, 'response');
  expect(response.statusCode).toBe(413);
  expect(server.requests).toMatchObject([{ body: '', complete: false }]);
  upload.destroy();
});

test('a connection serves again after a cut body', async () => {
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
])('a %s of %s is complete after `read: %i`', async (method, body, read) => {
  const url = await start({ status: 503, read });
  expect(await send(url, { method, ...(body && { body }) })).toMatchObject({ status: 503 });
  expect(server.requests).toMatchObject([{ body: body ?? '', complete: true }]);
});

test('a body of many chunks arrives whole', async () => {
  const chunks = Array.from({ length: 200 }, (_, index) => `${index}`.repeat(1000));
  const upload = beginUpload(await start({}));
  for (const chunk of chunks) upload.write(chunk);
  upload.end();
  await once(upload, 'response');
  expect(server.requests[0]?.body).toBe(chunks.join(''));
});

test('requests keep counting after the list is emptied', async () => {
  const url = await start([{ status: 500 }, { status: 503 }, { status: 200 }]);
  await send(url);
  server.requests.length = 0;
  expect(await send(url)).toMatchObject({ status: 503 });
  expect(server.requests).toMatchObject([{ num: 2 }]);
});

test('an aborted request is complete if it arrived whole', async () => {
  const upload = beginUpload(await start({ hang: true }));
  upload.end('all of it');
  await expect.poll(() => server.requests[0]?.complete).toBe(true);
  upload.destroy();
  await expect.poll(() => server.connections.open).toBe(0);
  expect(server.requests).toMatchObject([{ body: 'all of it', complete: true }]);
});
