import { once } from 'node:events';
import { Agent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { countActiveTimers, makeCertificate, type Outcome, send, startServer } from '../support/http.ts';

test('a closed server refuses connections', async () => {
  const server = await flakyServer({ body: 'here' });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await send(server.url)).toMatchObject({ body: 'here' });
  await server.close();
  expect((await send(server.url)).error).toMatch(/^ECONNREFUSED/);
});

test('a server listens on 127.0.0.1 only', async () => {
  await using server = await flakyServer({});
  expect((await send(server.url.replace('127.0.0.1', '127.0.0.2'))).error).toMatch(/^ECONNREFUSED/);
});

test('`await using` closes the server', async () => {
  let url: string;
  {
    await using server = await flakyServer({});
    url = server.url;
    expect(await send(url)).toMatchObject({ status: 200 });
  }
  expect((await send(url)).error).toMatch(/^ECONNREFUSED/);
});

test('two servers run independently', async () => {
  await using one = await flakyServer({ body: 'one' });
  await using two = await flakyServer({ body: 'two' });
  expect(await send(one.url)).toMatchObject({ body: 'one' });
  expect(await send(two.url)).toMatchObject({ body: 'two' });
  expect([one.requests.length, two.requests.length]).toEqual([1, 1]);
});

test('requests on one connection share its number', async () => {
  await using server = await flakyServer({ body: 'again' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 3; i++) {
    const { headers } = await send(server.url, { agent });
    // By default, the server does not limit how long a connection may be idle.
    expect(headers).not.toHaveProperty('keep-alive');
  }
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
  expect(server.connections.total).toBe(1);
  expect(server.connections.open).toBe(1);
  await send(server.url);
  expect(server.requests[3]?.connection).toBe(2);
  expect(server.connections.total).toBe(2);
  agent.destroy();
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a `connection: close` header closes the connection', async () => {
  await using server = await flakyServer({ headers: { connection: 'close' } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 3; i++) await send(server.url, { agent });
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
  agent.destroy();
});

test('hundreds of parallel requests each get their step', async () => {
  await using server = await flakyServer(
    Array.from({ length: 300 }, (_, index) =>
      index % 3 === 2 ? { reset: true } : { body: `${index}`, delay: index % 5 },
    ),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 150 });
  const seen = await Promise.all(
    Array.from({ length: 300 }, (_, index) => send(server.url, { agent, method: 'POST', body: `cargo ${index}` })),
  );
  agent.destroy();
  expect(seen.filter(({ error }) => error !== undefined).length).toBe(100);
  const bodies = seen.filter(({ status }) => status === 200).map(({ body }) => Number(body));
  expect(new Set(bodies).size).toBe(200);
  expect(server.requests.map(({ num }) => num)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(new Set(server.requests.map(({ body }) => body)).size).toBe(300);
  expect(server.requests.every(({ complete }) => complete)).toBe(true);
});

test('bytes that are not HTTP get a 400', async () => {
  await using server = await flakyServer({});
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.end('nonsense\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('HTTP/1.1 400');
  expect(server.requests).toEqual([]);
  expect(server.connections.total).toBe(1);
});

const pending: [title: string, script: FlakyScript][] = [
  ['a delay', { delay: 600_000 }],
  ['a hang', { hang: true }],
  ['a drip', { drip: 600_000 }],
  ['an endless body', { endless: true }],
  ['a truncated answer that hangs', { truncate: 1, hang: true }],
  ['a function that never returns a step', () => new Promise(() => {})],
];

test.each(pending)('close() ends %s', async (_, script) => {
  const timers = countActiveTimers();
  const server = await flakyServer(script);
  const failing = send(server.url);
  // `expect.poll` would use timers, which would count too.
  while (server.requests.length === 0) await setImmediate();
  // After a few turns, the step has begun.
  for (let i = 0; i < 5; i++) await setImmediate();
  await server.close();
  expect(server.connections.open).toBe(0);
  expect(countActiveTimers()).toBeLessThanOrEqual(timers);
  expect((await failing).error).toMatch(/^ECONNRESET/);
});

test('close() ends uploads and idle connections', async () => {
  const server = await flakyServer({});
  const agent = new Agent({ keepAlive: true });
  await send(server.url, { agent });
  const upload = requestHttp(server.url, { method: 'POST', agent: false });
  upload.write('never ended');
  const failed = once(upload, 'error');
  await expect.poll(() => server.requests.length).toBe(2);
  expect(server.connections.open).toBe(2);
  await server.close();
  expect(server.connections.open).toBe(0);
  await failed;
  expect(server.requests[1]?.complete).toBe(false);
  agent.destroy();
});

test('close() may be called more than once', async () => {
  const server = await flakyServer({});
  await Promise.all([server.close(), server.close()]);
  await server.close();
  expect((await send(server.url)).error).toMatch(/^ECONNREFUSED/);
});

test('close() ignores errors that come later', async () => {
  let fail = (_: Error): void => {};
  const server = await flakyServer(() => new Promise((_, reject) => (fail = reject)));
  const seen = send(server.url);
  await expect.poll(() => server.requests[0]?.complete).toBe(true);
  await server.close();
  fail(new Error('too late'));
  expect(await seen).toMatchObject({ status: undefined });
  await expect(server.close()).resolves.toBeUndefined();
});

test('more connections than Node usually queues can be opened at once', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  await using server = await flakyServer({});
  expect(listen.mock.calls[0]?.[0]).toMatchObject({ backlog: 4_096 });
  listen.mockRestore();
  const sockets = Array.from({ length: 1_500 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.destroy();
});

describe('options', () => {
  let tls: { key: string; cert: string };

  beforeAll(async () => {
    tls = await makeCertificate();
  });

  const start = (script: FlakyScript): Promise<FlakyServer> => startServer(script, { tls });

  const sendTrusting = (url: string, options: Parameters<typeof send>[1] = {}): Promise<Outcome> =>
    send(url, { ca: tls.cert, ...options });

  test('a server with a certificate speaks HTTPS', async () => {
    const { url, requests, connections } = await start({ body: 'secret' });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await sendTrusting(`${url}/path`, { method: 'POST', body: 'cargo' })).toMatchObject({
      status: 200,
      body: 'secret',
    });
    expect(requests).toMatchObject([{ connection: 1, method: 'POST', path: '/path', body: 'cargo', complete: true }]);
    expect(connections.total).toBe(1);
  });

  test('the key and the certificate may be bytes', async () => {
    const bytes = { key: Buffer.from(tls.key), cert: new TextEncoder().encode(tls.cert) };
    const { url } = await startServer({ status: 204 }, { tls: bytes });
    expect(await sendTrusting(url)).toMatchObject({ status: 204 });
  });

  test.each([
    ['resets', { reset: true }, { status: undefined, error: 'ECONNRESET: read ECONNRESET' }],
    ['closes', { close: true }, { status: undefined, error: 'ECONNRESET: socket hang up' }],
    ['truncates', { body: 'hello world', truncate: 5 }, { status: 200, body: 'hello', error: 'ECONNRESET: aborted' }],
    [
      'truncates and resets',
      { body: 'hello world', truncate: 5, reset: true },
      { status: 200, body: 'hello', error: expect.stringMatching(/^ECONNRESET/) },
    ],
    ['sends raw bytes', { raw: 'HTTP/1.1 200 OK\r\n\r\nraw' }, { status: 200, body: 'raw', error: undefined }],
    ['drips', { body: 'drop', drip: 1 }, { status: 200, body: 'drop', pieces: 4, error: undefined }],
    [
      'resets an upload',
      { reset: true, read: 0 },
      { status: undefined, error: expect.stringMatching('ECONNRESET|EPIPE') },
    ],
  ] as const)('a server with TLS %s', async (_, step, wanted) => {
    const { url } = await start(step);
    expect(await sendTrusting(url, { method: 'POST', body: 'cargo' })).toMatchObject(wanted);
  });

  test('a client may refuse the certificate', async () => {
    const { url, requests, connections } = await start({});
    expect((await send(url)).error).toMatch(/^DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(requests).toEqual([]);
    expect(connections.total).toBe(1);
    await expect.poll(() => connections.open).toBe(0);
  });

  test('a client may reset its connection under TLS', async () => {
    const { url, connections } = await start([{ endless: true }, { body: 'still there' }]);
    const connectTcp = (): Socket => connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    const early = connectTcp();
    // These are the first bytes of a TLS handshake.
    early.write(Uint8Array.of(22, 3, 1));
    await expect.poll(() => connections.open).toBe(1);
    early.resetAndDestroy();

    const tcp = connectTcp();
    const client = connectTls({ socket: tcp, ca: tls.cert, host: '127.0.0.1' }).on('error', () => {});
    client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(client, 'data');
    tcp.resetAndDestroy();

    await expect.poll(() => connections.open).toBe(0);
    expect(await sendTrusting(url)).toMatchObject({ body: 'still there' });
  });

  test('an idle connection closes under TLS too', async () => {
    const { url, connections } = await startServer({}, { tls, keepAliveTimeout: 20 });
    const agent = new HttpsAgent({ keepAlive: true });
    await sendTrusting(url, { agent });
    await expect.poll(() => connections.open).toBe(0);
    agent.destroy();
  });

  test('a client without TLS makes no request', async () => {
    const { url, requests, connections } = await start({});
    expect(await send(url.replace('https:', 'http:'))).toMatchObject({ status: undefined, error: expect.any(String) });
    expect(requests).toEqual([]);
    expect(connections.total).toBe(1);
    await expect.poll(() => connections.open).toBe(0);
    expect(await sendTrusting(url)).toMatchObject({ status: 200 });
  });

  const refused: [title: string, options: () => unknown, message: string][] = [
    ['null', () => null, '`options of flakyServer` must be an object, got null; use { tls: true } for HTTPS'],
    [
      'an unknown option',
      () => ({ port: 80 }),
      '`port` is not known in options of flakyServer; did you mean `tls`? Allowed are tls, http2, keepAliveTimeout',
    ],
    [
      'a keep-alive timeout that is not a number',
      () => ({ keepAliveTimeout: '5s' }),
      '`keepAliveTimeout` must be a number of milliseconds from 1 to 2147483647, got "5s"; leave it out to keep connections open, or send the header connection: close to close each after its answer',
    ],
    [
      'a flag that switches TLS off',
      () => ({ tls: false }),
      '`tls` must be an object, got false; use true, or { key, cert }, both in PEM form',
    ],
    [
      'an unknown setting of HTTP/2',
      () => ({ http2: { streams: 1 } }),
      '`streams` is not known in http2; did you mean `maxConcurrentStreams`? Allowed are maxConcurrentStreams',
    ],
    [
      'a number of streams that is not whole',
      () => ({ http2: { maxConcurrentStreams: '1' } }),
      '`http2.maxConcurrentStreams` must be an integer from 0 to 4294967295, got "1"',
    ],
    [
      'an unknown option of TLS',
      () => ({ tls: { ...tls, ca: tls.cert } }),
      '`ca` is not known in tls; did you mean `key`? Allowed are key, cert',
    ],
    [
      'a missing certificate',
      () => ({ tls: { key: tls.key } }),
      '`tls.cert` must be a string or a Uint8Array in PEM form, got undefined; use readFileSync(…)',
    ],
    [
      'a missing key',
      () => ({ tls: { cert: tls.cert } }),
      '`tls.key` must be a string or a Uint8Array in PEM form, got undefined; use readFileSync(…)',
    ],
    [
      'a certificate that is not in PEM form',
      () => ({ tls: { key: 'key.pem', cert: 'cert.pem' } }),
      '`tls` must be a private key and its certificate, both in PEM form; OpenSSL reports: ',
    ],
  ];

  test.each([0, Number.POSITIVE_INFINITY])(
    'a keep-alive timeout of %s ms is out of range',
    async (keepAliveTimeout) => {
      await expect(flakyServer({}, { keepAliveTimeout })).rejects.toThrow(RangeError);
    },
  );

  test.each(refused)('%s is refused', async (_, options, message) => {
    const starting = flakyServer({}, options() as FlakyServerOptions);
    await expect(starting).rejects.toThrow(TypeError);
    await expect(starting).rejects.toHaveProperty('message', expect.stringContaining(message));
  });

  test('an unusable certificate is refused with a cause', async () => {
    const error = (await flakyServer({}, { tls: { key: 'key.pem', cert: 'cert.pem' } }).catch(
      (e: unknown) => e,
    )) as Error;
    expect(error.cause).toHaveProperty('code');
  });

  test('a keep-alive timeout may have a fraction', async () => {
    const { url } = await startServer({}, { keepAliveTimeout: 1.5 });
    expect(await send(url)).toMatchObject({ status: 200 });
  });

  test('a refused key is not shown', async () => {
    const { key } = await makeCertificate();
    const { message } = (await flakyServer({}, { tls: { key, cert: tls.cert } }).catch(
      (error: unknown) => error,
    )) as Error;
    expect(message).toContain('`tls` must be a private key and its certificate');
    expect(message).not.toContain('PRIVATE');
  });
});
