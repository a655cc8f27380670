import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from './certificate.ts';
import { type Seen, send } from './client.ts';

let tls: { key: string; cert: string };
let server: FlakyServer | undefined;

beforeAll(async () => {
  tls = await makeCertificate();
});

afterEach(() => server?.close());

async function start(script: FlakyScript): Promise<FlakyServer> {
  server = await flakyServer(script, { tls });
  return server;
}

const sendTrusting = (url: string, options: Parameters<typeof send>[1] = {}): Promise<Seen> =>
  send(url, { ca: tls.cert, ...options });

test('with a certificate it speaks HTTPS', async () => {
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
  server = await flakyServer({ status: 204 }, { tls: bytes });
  expect(await sendTrusting(server.url)).toMatchObject({ status: 204 });
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
] as const)('over TLS it %s', async (_, step, wanted) => {
  const { url } = await start(step);
  expect(await sendTrusting(url, { method: 'POST', body: 'cargo' })).toMatchObject(wanted);
});

test('a client that refuses the certificate is a connection without a request', async () => {
  const { url, requests, connections } = await start({});
  expect((await send(url)).error).toMatch(/^DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(requests).toEqual([]);
  expect(connections.total).toBe(1);
  await expect.poll(() => connections.open).toBe(0);
});

test('a client may reset its connection under TLS at any time', async () => {
  const { url, connections } = await start([{ endless: true }, { body: 'still there' }]);
  const connectTcp = (): Socket => connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
  const early = connectTcp();
  // The first bytes of a handshake.
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
  server = await flakyServer({}, { tls, keepAliveTimeout: 20 });
  const agent = new Agent({ keepAlive: true });
  await sendTrusting(server.url, { agent });
  await expect.poll(() => server?.connections.open).toBe(0);
  agent.destroy();
});

test('a client that speaks no TLS is a connection without a request', async () => {
  const { url, requests, connections } = await start({});
  expect(await send(url.replace('https:', 'http:'))).toMatchObject({ status: undefined, error: expect.any(String) });
  expect(requests).toEqual([]);
  expect(connections.total).toBe(1);
  await expect.poll(() => connections.open).toBe(0);
  expect(await sendTrusting(url)).toMatchObject({ status: 200 });
});

const refused: [title: string, options: () => unknown, message: string][] = [
  ['null', () => null, '`options` must be an object, got null; use { tls: { key, cert } } for HTTPS'],
  ['an unknown option', () => ({ port: 80 }), '`options.port` is not known; use any of tls, keepAliveTimeout'],
  [
    'a keep-alive that is no time',
    () => ({ keepAliveTimeout: '5s' }),
    "`options.keepAliveTimeout` must be milliseconds from 1 to 2147483647, got '5s'; leave it out to keep connections open, or send the header connection: close to keep none",
  ],
  ['no pair', () => ({ tls: true }), '`options.tls` must be an object, got true; use { key, cert }, both in PEM form'],
  ['an unknown part', () => ({ tls: { ...tls, ca: tls.cert } }), '`options.tls.ca` is not known; use any of key, cert'],
  [
    'no certificate',
    () => ({ tls: { key: tls.key } }),
    '`options.tls.cert` must be a string or a Uint8Array in PEM form, got undefined; use readFileSync(…)',
  ],
  [
    'no key',
    () => ({ tls: { cert: tls.cert } }),
    '`options.tls.key` must be a string or a Uint8Array in PEM form, got undefined; use readFileSync(…)',
  ],
  [
    'nonsense',
    () => ({ tls: { key: 'key.pem', cert: 'cert.pem' } }),
    '`options.tls` must be a private key and its certificate, both in PEM form; OpenSSL says: ',
  ],
];

test.each([0, Number.POSITIVE_INFINITY])('a keep-alive of %s is out of range', async (keepAliveTimeout) => {
  await expect(flakyServer({}, { keepAliveTimeout })).rejects.toThrow(RangeError);
});

test.each(refused)('%s is refused at once', async (_, options, message) => {
  const starting = flakyServer({}, options() as FlakyServerOptions);
  await expect(starting).rejects.toThrow(TypeError);
  await expect(starting).rejects.toHaveProperty('message', expect.stringContaining(message));
});

test('an unusable certificate is refused with the reason', async () => {
  const error = (await flakyServer({}, { tls: { key: 'key.pem', cert: 'cert.pem' } }).catch(
    (e: unknown) => e,
  )) as Error;
  expect(error.cause).toHaveProperty('code');
});

test('a keep-alive may have a fraction', async () => {
  server = await flakyServer({}, { keepAliveTimeout: 1.5 });
  expect(await send(server.url)).toMatchObject({ status: 200 });
});

test("a key that is not the certificate's is refused, and not shown", async () => {
  const { key } = await makeCertificate();
  const { message } = (await flakyServer({}, { tls: { key, cert: tls.cert } }).catch(
    (error: unknown) => error,
  )) as Error;
  expect(message).toContain('`options.tls` must be a private key and its certificate');
  expect(message).not.toContain('PRIVATE');
});
