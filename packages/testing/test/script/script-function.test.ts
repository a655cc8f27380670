import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';
import { send } from '../support/client.ts';
import { pause, startServer } from '../support/server.ts';

test('a function is called with each request', async () => {
  const { url } = await startServer((request) => ({
    status: request.path === '/down' ? 503 : 200,
    body: request.body,
  }));
  expect(await send(`${url}/down`)).toMatchObject({ status: 503 });
  expect(await send(`${url}/up`, { method: 'POST', body: 'hello' })).toMatchObject({ status: 200, body: 'hello' });
});

test('a function may return a promise', async () => {
  const { url } = await startServer(async ({ num }) => {
    await pause(1);
    return num === 1 ? { reset: true } : { body: `request ${num}` };
  });
  expect(await send(url)).toMatchObject({ error: 'ECONNRESET: read ECONNRESET' });
  expect(await send(url)).toMatchObject({ body: 'request 2' });
});

const mistakes: [title: string, script: () => unknown, message: string][] = [
  ['throws', () => fail('no idea'), 'no idea'],
  ['rejects', () => Promise.reject(new Error('no idea, later')), 'no idea, later'],
  [
    'returns nothing',
    () => {},
    `\`script(request)\` must be an object, got undefined; use a step such as { status: 503 } or { reset: true }`,
  ],
  ['returns a wrong step', () => ({ status: 0 }), '`script(request).status` must be an integer from 200 to 599, got 0'],
  [
    'returns `read`',
    () => ({ read: 5, reset: true }),
    '`script(request).read` comes too late, because the function is called after the whole request has arrived; use `read` in an array of steps',
  ],
];

test.each(mistakes)('a function that %s causes a 500', async (_, script, message) => {
  const server = await flakyServer(script as () => never);
  const { status, headers, body } = await send(server.url);
  expect(status).toBe(500);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body).toContain('The script of this flaky server failed: ');
  expect(body).toContain(message);
  await expect(server.close()).rejects.toThrow(message);
});

test('an error without a text causes a 500 too', async () => {
  const server = await flakyServer(() => {
    throw Object.create(null);
  });
  expect(await send(server.url)).toMatchObject({ status: 500 });
  await expect(server.close()).rejects.toEqual(Object.create(null));
});

test('close() rejects with the first error of a function', async () => {
  const errors = [new Error('first'), new Error('second')];
  const server = await flakyServer(({ num }) => {
    throw errors[num - 1];
  });
  await send(server.url);
  await send(server.url);
  await expect(server.close()).rejects.toBe(errors[0]);
  await expect(server.close()).rejects.toBe(errors[0]);
});

function fail(message: string): never {
  throw new Error(message);
}
