import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { send } from '../support/client.ts';
import { startServer, startUrl } from '../support/server.ts';

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
