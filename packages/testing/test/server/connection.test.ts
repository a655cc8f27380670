import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { FlakyScript, FlakyServer, FlakyServerOptions } from '@stamina/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countActiveTimers, pause, send, startServer } from '../support/http.ts';

let server: FlakyServer;
let agent: Agent;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(() => {
  vi.useRealTimers();
  agent.destroy();
});

async function start(script: FlakyScript, options: FlakyServerOptions = {}): Promise<string> {
  server = await startServer(script, options);
  return server.url;
}

/** Sends a request on the connection that the agent keeps open. */
const sendAgain = (url: string): ReturnType<typeof send> => send(url, { agent });

const connections = (): number[] => server.requests.map(({ connection }) => connection);

test('connections stay open by default', async () => {
  const url = await start({});
  await sendAgain(url);
  await pause(50);
  await sendAgain(url);
  expect(connections()).toEqual([1, 1]);
});

test('an idle connection closes after its timeout', async () => {
  const url = await start({}, { keepAliveTimeout: 60 });
  await sendAgain(url);
  const idleSince = performance.now();
  await expect.poll(() => server.connections.open, { interval: 1 }).toBe(0);
  expect(performance.now() - idleSince).toBeGreaterThanOrEqual(50);
  await sendAgain(url);
  expect(connections()).toEqual([1, 2]);
});

test('a connection closed by its client leaves no timer', async () => {
  const url = await start({}, { keepAliveTimeout: 600_000 });
  const timers = countActiveTimers();
  await sendAgain(url);
  await expect.poll(countActiveTimers).toBeGreaterThan(timers);
  agent.destroy();
  while (server.connections.open > 0) await setImmediate();
  expect(countActiveTimers()).toBeLessThanOrEqual(timers);
});

test('each request restarts the timeout', async () => {
  const url = await start({}, { keepAliveTimeout: 900 });
  const begin = performance.now();
  // The whole loop takes longer than the timeout, and each pause is much shorter.
  while (performance.now() - begin < 1_000) {
    await sendAgain(url);
    await pause(100);
  }
  expect(new Set(connections())).toEqual(new Set([1]));
});

test.each([
  { delay: 60, body: 'slow' },
  { drip: 15, body: 'slow' },
])('a connection is not idle during %o', async (step) => {
  expect(await sendAgain(await start(step, { keepAliveTimeout: 20 }))).toMatchObject({
    body: 'slow',
    error: undefined,
  });
});

test('a connection is not idle while a request arrives', async () => {
  const url = await start({ status: 413, read: 0 }, { keepAliveTimeout: 20 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\ncar');
  expect(String((await once(socket, 'data'))[0])).toContain('413');
  await pause(60);
  expect(server.connections.open).toBe(1);
  socket.write('go');
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a connection without any request stays open', async () => {
  const url = await start({}, { keepAliveTimeout: 20 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  await pause(60);
  expect(server.connections.open).toBe(1);
  socket.destroy();
});

test('fake timers do not affect the timeout', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const url = await start({}, { keepAliveTimeout: 600_000 });
  await sendAgain(url);
  vi.advanceTimersByTime(3_600_000);
  await sendAgain(url);
  expect(connections()).toEqual([1, 1]);
});

test.each([
  [5_999, 'timeout=5'],
  [1_000, 'timeout=1'],
  [999, undefined],
])('a timeout of %s ms is announced as %s', async (keepAliveTimeout, announced) => {
  const { headers } = await sendAgain(await start({}, { keepAliveTimeout }));
  expect(headers).toMatchObject({ connection: 'keep-alive' });
  expect(headers['keep-alive']).toBe(announced);
});

test('the script may announce another timeout or none', async () => {
  const url = await start(
    [
      { headers: { 'Keep-Alive': 'timeout=60' } },
      { headers: { connection: 'keep-alive' } },
      { headers: { Connection: 'close' } },
    ],
    { keepAliveTimeout: 5_000 },
  );
  const seen = [await sendAgain(url), await sendAgain(url), await sendAgain(url)];
  expect(seen.map(({ headers }) => headers['keep-alive'])).toEqual(['timeout=60', undefined, undefined]);
});

test('a client without keep-alive gets no announcement', async () => {
  const { headers } = await send(await start({}, { keepAliveTimeout: 5_000 }), { headers: { connection: 'close' } });
  expect(headers).not.toHaveProperty('keep-alive');
});

test('a request shows that its connection is reused', async () => {
  const url = await start({});
  await sendAgain(url);
  await sendAgain(url);
  await send(url);
  expect(server.requests.map(({ reused }) => reused)).toEqual([false, true, false]);
});

test('closing idle connections spares those with a request', async () => {
  let serve = (): void => {};
  const served = new Promise<void>((resolve) => (serve = resolve));
  const url = await start(async ({ num }) => {
    if (num === 2) await served;
    return { body: 'served' };
  });
  await sendAgain(url);
  const busy = send(url);
  await expect.poll(() => server.requests.length).toBe(2);
  expect(server.connections.open).toBe(2);
  server.closeIdleConnections();
  await expect.poll(() => server.connections.open).toBe(1);
  serve();
  expect(await busy).toMatchObject({ body: 'served' });
});

test('closing idle connections closes unused ones', async () => {
  const url = await start({});
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await expect.poll(() => server.connections.open).toBe(1);
  server.closeIdleConnections();
  await once(socket.resume(), 'close');
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a request on a just closed connection fails', async () => {
  const url = await start({});
  await sendAgain(url);
  await setImmediate();
  // The client sends its request before it can notice that the connection has closed.
  server.closeIdleConnections();
  expect(await sendAgain(url)).toMatchObject({ status: undefined, error: expect.stringMatching('ECONNRESET|EPIPE') });
  expect(server.requests.length).toBe(1);
});

test('a script can close every reused connection', async () => {
  const url = await start(({ reused }) => (reused ? { close: true } : { body: 'fresh' }));
  expect(await sendAgain(url)).toMatchObject({ body: 'fresh' });
  expect(await sendAgain(url)).toMatchObject({ status: undefined, error: 'ECONNRESET: socket hang up' });
  expect(await sendAgain(url)).toMatchObject({ body: 'fresh' });
});
