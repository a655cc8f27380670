import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { send } from './client.ts';

let server: FlakyServer;
let agent: Agent;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(async () => {
  vi.useRealTimers();
  agent.destroy();
  await server.close();
});

async function start(script: FlakyScript, options: FlakyServerOptions = {}): Promise<string> {
  server = await flakyServer(script, options);
  return server.url;
}

/** A request on the connection that the agent keeps. */
const again = (url: string): ReturnType<typeof send> => send(url, { agent });

const activeTimers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

const connections = (): number[] => server.requests.map(({ connection }) => connection);

test('without a time-out connections stay open', async () => {
  const url = await start({});
  await again(url);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await again(url);
  expect(connections()).toEqual([1, 1]);
});

test('an idle connection closes after the time-out, and not before', async () => {
  const url = await start({}, { keepAliveTimeout: 60 });
  await again(url);
  const idleSince = performance.now();
  await expect.poll(() => server.connections.open, { interval: 1 }).toBe(0);
  expect(performance.now() - idleSince).toBeGreaterThanOrEqual(50);
  await again(url);
  expect(connections()).toEqual([1, 2]);
});

test('a connection that its client closes leaves no timer', async () => {
  const url = await start({}, { keepAliveTimeout: 600_000 });
  const timers = activeTimers();
  await again(url);
  await expect.poll(activeTimers).toBeGreaterThan(timers);
  agent.destroy();
  while (server.connections.open > 0) await setImmediate();
  expect(activeTimers()).toBeLessThanOrEqual(timers);
});

test('each request starts the time-out anew', async () => {
  const url = await start({}, { keepAliveTimeout: 900 });
  const begin = performance.now();
  // Longer than the time-out, in steps that are much shorter.
  while (performance.now() - begin < 1_000) {
    await again(url);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(new Set(connections())).toEqual(new Set([1]));
});

test.each([
  { delay: 60, body: 'slow' },
  { drip: 15, body: 'slow' },
])('a connection is not idle during %o', async (step) => {
  expect(await again(await start(step, { keepAliveTimeout: 20 }))).toMatchObject({ body: 'slow', error: undefined });
});

test('nor is one whose request still arrives after its answer', async () => {
  const url = await start({ status: 413, read: 0 }, { keepAliveTimeout: 20 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\ncar');
  expect(String((await once(socket, 'data'))[0])).toContain('413');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(server.connections.open).toBe(1);
  socket.write('go');
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a connection without any request stays open', async () => {
  const url = await start({}, { keepAliveTimeout: 20 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(server.connections.open).toBe(1);
  socket.destroy();
});

test('fake timers do not move the time-out', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const url = await start({}, { keepAliveTimeout: 600_000 });
  await again(url);
  vi.advanceTimersByTime(3_600_000);
  await again(url);
  expect(connections()).toEqual([1, 1]);
});

test.each([
  [5_999, 'timeout=5'],
  [1_000, 'timeout=1'],
  [999, undefined],
])('a time-out of %s ms is announced as %s', async (keepAliveTimeout, announced) => {
  const { headers } = await again(await start({}, { keepAliveTimeout }));
  expect(headers).toMatchObject({ connection: 'keep-alive' });
  expect(headers['keep-alive']).toBe(announced);
});

test('the script may announce another time-out, or none', async () => {
  const url = await start(
    [
      { headers: { 'Keep-Alive': 'timeout=60' } },
      { headers: { connection: 'keep-alive' } },
      { headers: { Connection: 'close' } },
    ],
    { keepAliveTimeout: 5_000 },
  );
  const seen = [await again(url), await again(url), await again(url)];
  expect(seen.map(({ headers }) => headers['keep-alive'])).toEqual(['timeout=60', undefined, undefined]);
});

test('nothing is announced to a client that keeps no connection', async () => {
  const { headers } = await send(await start({}, { keepAliveTimeout: 5_000 }), { headers: { connection: 'close' } });
  expect(headers).not.toHaveProperty('keep-alive');
});

test('a request tells whether its connection had carried another', async () => {
  const url = await start({});
  await again(url);
  await again(url);
  await send(url);
  expect(server.requests.map(({ reused }) => reused)).toEqual([false, true, false]);
});

test('closing idle connections leaves those that carry a request', async () => {
  let serve = (): void => {};
  const served = new Promise<void>((resolve) => (serve = resolve));
  const url = await start(async ({ num }) => {
    if (num === 2) await served;
    return { body: 'served' };
  });
  await again(url);
  const busy = send(url);
  await expect.poll(() => server.requests.length).toBe(2);
  expect(server.connections.open).toBe(2);
  server.closeIdleConnections();
  await expect.poll(() => server.connections.open).toBe(1);
  serve();
  expect(await busy).toMatchObject({ body: 'served' });
});

test('closing idle connections closes those without any request', async () => {
  const url = await start({});
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await expect.poll(() => server.connections.open).toBe(1);
  server.closeIdleConnections();
  await once(socket.resume(), 'close');
  await expect.poll(() => server.connections.open).toBe(0);
});

test('a client that sends on a connection which the server has just closed sends in vain', async () => {
  const url = await start({});
  await again(url);
  await setImmediate();
  // What follows at once comes before the client can hear of it.
  server.closeIdleConnections();
  expect(await again(url)).toMatchObject({ status: undefined, error: expect.stringMatching('ECONNRESET|EPIPE') });
  expect(server.requests.length).toBe(1);
});

test('a script can hang up on every reused connection', async () => {
  const url = await start(({ reused }) => (reused ? { close: true } : { body: 'fresh' }));
  expect(await again(url)).toMatchObject({ body: 'fresh' });
  expect(await again(url)).toMatchObject({ status: undefined, error: 'ECONNRESET: socket hang up' });
  expect(await again(url)).toMatchObject({ body: 'fresh' });
});
