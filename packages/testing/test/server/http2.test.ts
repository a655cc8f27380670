import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { expect, onTestFinished, test } from 'vitest';
import { send, startServer } from '../support/http.ts';

const start = (script: FlakyScript, options: FlakyServerOptions = {}): Promise<FlakyServer> =>
  startServer(script, { http2: true, ...options });

/** Opens a connection, and records the GOAWAY frames that it receives as pairs of code and last stream. */
async function open({ url, certificate }: FlakyServer) {
  const goAways: [code: number, lastStreamId: number | undefined][] = [];
  const session = connect(url, certificate === undefined ? {} : { ca: certificate });
  session.on('error', () => {});
  session.on('goaway', (code, lastStreamId) => goAways.push([code, lastStreamId]));
  onTestFinished(() => session.destroy());
  await once(session, 'remoteSettings');
  return { session, goAways };
}

/** Sends a request. The code is the one with which its stream ended. */
function request(session: ClientHttp2Session, headers: object = {}, upload = '') {
  const stream = session.request({ ':method': upload ? 'POST' : 'GET', ...headers }, { endStream: !upload });
  if (upload) stream.end(upload);
  return new Promise<{ headers: Record<string, unknown>; body: string; code: number | undefined }>((resolve) => {
    let received = {};
    let body = '';
    stream.on('error', () => {});
    stream.on('response', (headers) => {
      received = { ...headers };
    });
    stream.on('data', (chunk) => {
      body += chunk;
    });
    stream.once('close', () => resolve({ headers: received, body, code: stream.rstCode }));
  });
}

test('a client that offers HTTP/2 gets it', async () => {
  const server = await start({ status: 201, headers: { 'x-kind': 'a', Connection: 'close' }, body: 'hello' });
  const { session } = await open(server);
  const { headers, body } = await request(session, { ':path': '/a?b', 'x-sent': 'c' }, 'cargo');
  expect([headers, body]).toEqual([
    expect.objectContaining({ ':status': 201, 'x-kind': 'a', 'content-length': '5' }),
    'hello',
  ]);
  expect(headers).not.toHaveProperty('connection');
  const host = new URL(server.url).host;
  expect(server.requests).toMatchObject([
    { method: 'POST', path: '/a?b', stream: 1, connection: 1, reused: false, complete: true, body: 'cargo' },
  ]);
  expect(server.requests[0]?.headers).toEqual({ host, 'x-sent': 'c' });
});

test('a client that does not offer HTTP/2 gets HTTP/1.1', async () => {
  const { url, certificate = '', requests } = await start({ body: 'hello' });
  expect(await send(url, { ca: certificate })).toMatchObject({ status: 200, body: 'hello', error: undefined });
  expect(requests).toMatchObject([{ stream: undefined, connection: 1 }]);
});

test('requests at the same time share a connection', async () => {
  const server = await start([{ body: 'slow', delay: 40 }, { status: 204 }, { body: 'hello' }]);
  const { session } = await open(server);
  const [slow, empty, head] = await Promise.all([
    request(session),
    request(session),
    request(session, { ':method': 'HEAD' }),
  ]);
  expect([slow.body, empty.headers[':status'], head.headers['content-length'], head.body]).toEqual([
    'slow',
    204,
    '5',
    '',
  ]);
  expect(server.requests.map(({ connection, stream, reused }) => [connection, stream, reused])).toEqual([
    [1, 1, false],
    [1, 3, true],
    [1, 5, true],
  ]);
  expect(server.connections).toEqual({ total: 1, open: 1 });
});

test.each([
  ['REFUSED_STREAM', 7],
  ['INTERNAL_ERROR', 2],
  ['CANCEL', 8],
  ['NO_ERROR', 0],
  [4_711, 4_711],
] as const)('a stream is reset with %s', async (resetStream, code) => {
  const server = await start([{ resetStream }, { body: 'hello' }]);
  const { session } = await open(server);
  expect(await request(session)).toEqual({ headers: {}, body: '', code });
  expect((await request(session)).body).toBe('hello');
  expect(server.connections.total).toBe(1);
});

test('a stream is reset within its answer', async () => {
  const { session } = await open(await start({ body: 'hello', truncate: 2, resetStream: 'INTERNAL_ERROR' }));
  expect(await request(session)).toMatchObject({ headers: { ':status': 200 }, body: 'he', code: 2 });
});

test('a stream is reset within an upload', async () => {
  const server = await start({ read: 3, resetStream: 'REFUSED_STREAM' });
  const { session } = await open(server);
  expect((await request(session, {}, 'x'.repeat(200_000))).code).toBe(7);
  expect(server.requests).toMatchObject([{ body: 'xxx', complete: false }]);
});

test.each([
  ['closed', { body: 'hello', truncate: 2 }],
  ['reset', { body: 'hello', truncate: 2, reset: true }],
] as const)('a connection is %s within a stream', async (_, step) => {
  const server = await start(step);
  const { session, goAways } = await open(server);
  expect((await request(session)).body).toBe('he');
  await expect.poll(() => server.connections.open).toBe(0);
  expect(goAways).toEqual([]);
});

test('a GOAWAY names its code and the stream of its request, and the connection is closed', async () => {
  const server = await start([{}, { goAway: 'ENHANCE_YOUR_CALM' }]);
  const { session, goAways } = await open(server);
  await request(session);
  expect((await request(session)).headers).toEqual({});
  expect(goAways).toEqual([[11, 3]]);
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a GOAWAY with the last stream 0 says that nothing was processed', async () => {
  const { session, goAways } = await open(await start({ goAway: 4_711, lastStreamId: 0 }));
  await request(session);
  expect(goAways).toEqual([[4_711, 0]]);
});

test('an answer follows a GOAWAY', async () => {
  const server = await start({ goAway: 'NO_ERROR', body: 'hello' });
  const { session, goAways } = await open(server);
  expect(await request(session)).toMatchObject({ headers: { ':status': 200 }, body: 'hello', code: 0 });
  expect(goAways[0]).toEqual([0, 1]);
  await expect.poll(() => server.connections.open).toBe(0);
});

test('earlier requests end after a GOAWAY, and later ones are ignored', async () => {
  const server = await start(({ stream }) =>
    stream === 1 ? { body: 'hello', delay: 100 } : { goAway: 'NO_ERROR', lastStreamId: 1 },
  );
  const { session } = await open(server);
  const first = request(session);
  const second = request(session);
  // The client sends this one before it has received the GOAWAY.
  const third = request(session);
  expect((await first).body).toBe('hello');
  for (const refused of [second, third]) expect((await refused).headers).toEqual({});
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a stream above the last one of a GOAWAY makes no request', async () => {
  const server = await start([{ goAway: 'NO_ERROR', lastStreamId: 0 }, {}]);
  const { session } = await open(server);
  const hanging = request(session, {}, 'cargo');
  await expect.poll(() => server.requests.length).toBe(1);
  await hanging;
  expect(server.requests).toHaveLength(1);
});

test('the number of streams at the same time is limited', async () => {
  const server = await start({ hang: true }, { http2: { maxConcurrentStreams: 2 } });
  const { session } = await open(server);
  expect(session.remoteSettings.maxConcurrentStreams).toBe(2);
  for (let i = 0; i < 3; i++) void request(session);
  await expect.poll(() => server.requests.length).toBe(2);
});

test('raw bytes are sent on the connection', async () => {
  // A client ignores a frame of an unknown type.
  const frame = Uint8Array.of(0, 0, 0, 99, 0, 0, 0, 0, 0);
  const server = await start({ raw: frame });
  const { session } = await open(server);
  expect(await request(session)).toMatchObject({ headers: {}, body: '' });
  await expect.poll(() => server.connections.open).toBe(0);
});

test('an endless body waits for its reader, and ends when the client leaves', async () => {
  const server = await start([{ endless: true }, { body: 'served beside it' }]);
  const { session } = await open(server);
  const unread = session.request({}).on('error', () => {});
  await once(unread, 'response');
  expect((await request(session)).body).toBe('served beside it');
  session.destroy();
  await expect.poll(() => server.connections.open).toBe(0);
});

test('an idle connection is closed', async () => {
  const server = await start({}, { keepAliveTimeout: 20 });
  await request((await open(server)).session);
  await expect.poll(() => server.connections.open).toBe(0);
  await open(server);
  expect(server.connections.open).toBe(1);
  server.closeIdleConnections();
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a client that leaves during the handshake, or does not trust the certificate, makes no request', async () => {
  const server = await start({});
  const session = connect(server.url);
  await once(session, 'error');
  await expect.poll(() => server.connections.open).toBe(0);
  expect([server.requests, server.connections.total]).toEqual([[], 1]);
});

test('a server without HTTP/2 may make its own certificate', async () => {
  const { url, certificate = '' } = await startServer({ body: 'hello' }, { tls: true });
  expect(await send(url, { ca: certificate })).toMatchObject({ status: 200, body: 'hello' });
  expect((await startServer({})).certificate).toBeUndefined();
});

test.each([{ resetStream: 'CANCEL' }, { goAway: 'NO_ERROR' }] as const)(
  '%o fails for a client of HTTP/1.1',
  async (step) => {
    const server = await flakyServer(step, { http2: true });
    const { status, body } = await send(server.url, { ca: server.certificate ?? '' });
    expect([status, body]).toEqual([500, expect.stringContaining('need HTTP/2, but the client speaks HTTP/1.1')]);
    await expect(server.close()).rejects.toThrow('need HTTP/2');
  },
);
