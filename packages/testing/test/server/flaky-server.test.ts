import { once } from 'node:events';
import { Agent, request as requestHttp } from 'node:http';
import { connect, Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type FlakyScript, flakyServer } from '@stamina/testing';
import { expect, test, vi } from 'vitest';
import { countActiveTimers, send } from '../support/http.ts';

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
