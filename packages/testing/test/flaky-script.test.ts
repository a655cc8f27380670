import { inspect } from 'node:util';
import { type FlakyScript, flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { send } from './client.ts';

const KEYS = 'delay, read, status, headers, body, truncate, drip, endless, raw, reset, close, hang';
const ANY_STEP = 'use a step such as { status: 503 } or { reset: true }';

const refused: [script: unknown, error: typeof TypeError | typeof RangeError, message: string][] = [
  [undefined, TypeError, `\`script\` must be an object, got undefined; ${ANY_STEP}`],
  [null, TypeError, `\`script\` must be an object, got null; ${ANY_STEP}`],
  [503, TypeError, `\`script\` must be an object, got 503; ${ANY_STEP}`],
  ['reset', TypeError, `\`script\` must be an object, got 'reset'; ${ANY_STEP}`],
  [[], RangeError, '`script` must be at least one step, got []; use {} to answer 200 to everything'],
  [[{}, 503], TypeError, `\`script[1]\` must be an object, got 503; ${ANY_STEP}`],
  [[[{}]], TypeError, `\`script[0]\` must be an object, got [ {} ]; ${ANY_STEP}`],
  [new Array(1), TypeError, `\`script[0]\` must be an object, got undefined; ${ANY_STEP}`],
  [[() => ({})], TypeError, `\`script[0]\` must be an object, got [Function (anonymous)]; ${ANY_STEP}`],
  [{ statut: 503 }, TypeError, `\`script.statut\` is not known; use any of ${KEYS}`],
  [{ status: '503' }, TypeError, "`script.status` must be an integer from 200 to 599, got '503'"],
  [{ status: 103 }, RangeError, '`script.status` must be an integer from 200 to 599, got 103'],
  [{ status: 600 }, RangeError, '`script.status` must be an integer from 200 to 599, got 600'],
  [{ status: 200.5 }, RangeError, '`script.status` must be an integer from 200 to 599, got 200.5'],
  [{ status: Number.NaN }, RangeError, '`script.status` must be an integer from 200 to 599, got NaN'],
  [
    { delay: -1 },
    RangeError,
    '`script.delay` must be milliseconds from 0 to 2147483647, got -1; use { hang: true } to never answer',
  ],
  [
    [{}, { delay: Number.POSITIVE_INFINITY }],
    RangeError,
    '`script[1].delay` must be milliseconds from 0 to 2147483647, got Infinity; use { hang: true } to never answer',
  ],
  [
    { drip: 0 },
    RangeError,
    '`script.drip` must be milliseconds from 1 to 2147483647, got 0; leave it out to send all of it at once',
  ],
  [{ read: 1.5 }, RangeError, '`script.read` must be a whole number of bytes from 0 to 268435456, got 1.5'],
  [{ read: -1 }, RangeError, '`script.read` must be a whole number of bytes from 0 to 268435456, got -1'],
  [{ truncate: true }, TypeError, '`script.truncate` must be a whole number of bytes from 0 to 268435456, got true'],
  [
    { truncate: 1e12 },
    RangeError,
    '`script.truncate` must be a whole number of bytes from 0 to 268435456, got 1000000000000',
  ],
  [
    { truncate: 2, body: 'hi' },
    RangeError,
    '`script.truncate` must be less than the 2 bytes of the body, got 2; cut earlier',
  ],
  [
    { endless: true, body: '' },
    RangeError,
    "`script.body` must be at least one byte, got ''; leave it out to send dots without end",
  ],
  [
    { body: { id: 1 } },
    TypeError,
    '`script.body` must be a string or a Uint8Array, got { id: 1 }; use JSON.stringify(…) for data',
  ],
  [
    { body: null },
    TypeError,
    '`script.body` must be a string or a Uint8Array, got null; use JSON.stringify(…) for data',
  ],
  [{ reset: false }, TypeError, '`script.reset` must be true, got false; or leave it out'],
  [{ hang: 1000 }, TypeError, '`script.hang` must be true, got 1000; or leave it out'],
  [{ endless: 'yes' }, TypeError, "`script.endless` must be true, got 'yes'; or leave it out"],
  [
    { reset: true, hang: true },
    TypeError,
    '`script` has both `reset` and `hang`: a connection ends one way; drop one of the two',
  ],
  [
    { reset: true, status: 503 },
    TypeError,
    '`script` has both `status` and `reset`: only a `truncate`d answer may end so; drop one of the two',
  ],
  [
    { endless: true, truncate: 5 },
    TypeError,
    '`script` has both `endless` and `truncate`: a body without end is not cut; drop one of the two',
  ],
  [
    { status: 204, drip: 5 },
    TypeError,
    '`script.status` must not be 204 with a body to send: it has none; use another status',
  ],
  [
    { headers: new Map([['a', 'b']]) },
    TypeError,
    "`script.headers` must be an object of strings, got Map(1) { 'a' => 'b' }; use Object.fromEntries(…) for Headers, a Map or pairs",
  ],
  [
    { headers: null },
    TypeError,
    '`script.headers` must be an object of strings, got null; use Object.fromEntries(…) for Headers, a Map or pairs',
  ],
  [
    { headers: 'age: 5' },
    TypeError,
    "`script.headers` must be an object of strings, got 'age: 5'; use Object.fromEntries(…) for Headers, a Map or pairs",
  ],
  [{ raw: 503 }, TypeError, '`script.raw` must be a string or a Uint8Array, got 503; use JSON.stringify(…) for data'],
  [{ raw: '' }, RangeError, "`script.raw` must be at least one byte, got ''; use { close: true } to send nothing"],
  [
    { raw: 'x', drip: -1 },
    RangeError,
    '`script.drip` must be milliseconds from 1 to 2147483647, got -1; leave it out to send all of it at once',
  ],
  [
    { raw: 'x', status: 503 },
    TypeError,
    '`script` has both `status` and `raw`: raw bytes are all that is sent; drop one of the two',
  ],
  [
    { raw: 'x', truncate: 0, reset: true },
    TypeError,
    '`script` has both `truncate` and `raw`: raw bytes are all that is sent; drop one of the two',
  ],
  [{ headers: { age: 5 } }, TypeError, '`script.headers.age` must be a string or an array of strings, got 5'],
  [
    { headers: { 'Content-Length': '5' } },
    TypeError,
    '`script.headers` must not have Content-Length: it follows from the body; use `truncate` to send less',
  ],
  [
    { headers: { 'a b': 'c' } },
    TypeError,
    '`script.headers` must be what HTTP allows: Header name must be a valid HTTP token ["a b"]',
  ],
  [
    { headers: { a: ['b', 'c\nd'] } },
    TypeError,
    '`script.headers` must be what HTTP allows: Invalid character in header content ["a"]',
  ],
];

describe('a script is refused at once', () => {
  test.each(refused)('%o', async (script, error, message) => {
    const starting = flakyServer(script as FlakyScript);
    await expect(starting).rejects.toThrow(error);
    await expect(starting).rejects.toHaveProperty('message', message);
  });

  test('with a value that is shown on one line, and not at length', async () => {
    const starting = flakyServer({
      body: { text: 'x'.repeat(1000), more: Array.from({ length: 100 }, () => ({})) },
    } as never);
    const { message } = (await starting.catch((error: unknown) => error)) as Error;
    expect(message.length).toBeLessThan(250);
    expect(message).not.toContain('\n');
  });
});

test('what HTTP does not allow is refused with the reason', async () => {
  const error = (await flakyServer({ headers: { 'a b': 'c' } }).catch((error: unknown) => error)) as Error;
  expect(error.cause).toMatchObject({ code: 'ERR_INVALID_HTTP_TOKEN' });
});

test.each([
  { headers: { 'x-content-length': '5', 'content-length-before': '6' } },
  { delay: 0.5 },
  { delay: 2 ** 31 - 1, read: 2 ** 28, status: 599 },
  { drip: 1.5 },
  { raw: 'x', drip: 1, hang: true, delay: 1, read: 0 },
] as const)('%o is allowed', async (step) => {
  const server = await flakyServer(step);
  await expect(server.close()).resolves.toBeUndefined();
});

test('a value that is too long is cut', async () => {
  const body = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, index]));
  const message = ((await flakyServer({ body } as never).catch((error: unknown) => error)) as Error).message;
  const shown = /got (.*); use/.exec(message)?.[1] ?? '';
  expect(shown).toMatch(/^\{ key0: 0, key1: 1, .*…$/);
  expect(shown.length).toBe(121);
});

test('a value that fails to show itself is refused all the same', async () => {
  const body = { [inspect.custom]: () => fail('no text') };
  await expect(flakyServer({ body } as never)).rejects.toThrow('`script.body` must be a string or a Uint8Array, got {');
});

test('a key that is undefined counts as left out', async () => {
  await using server = await flakyServer({ status: 503, body: undefined, reset: undefined, delay: undefined });
  expect(await send(server.url)).toMatchObject({ status: 503, body: '' });
});

const mistaken: [title: string, script: () => unknown, message: string][] = [
  ['throws', () => fail('no idea'), 'no idea'],
  ['rejects', () => Promise.reject(new Error('no idea, later')), 'no idea, later'],
  ['returns nothing', () => {}, `\`script(request)\` must be an object, got undefined; ${ANY_STEP}`],
  ['returns a wrong step', () => ({ status: 0 }), '`script(request).status` must be an integer from 200 to 599, got 0'],
  [
    'returns `read`',
    () => ({ read: 5, reset: true }),
    '`script(request).read` is too late: the request has arrived; use `read` in a list of steps',
  ],
];

test.each(mistaken)('a function that %s is answered by 500, and fails close()', async (_, script, message) => {
  const server = await flakyServer(script as () => never);
  const seen = await send(server.url);
  expect(seen.status).toBe(500);
  expect(seen.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(seen.body).toContain('The script of this flaky server failed: ');
  expect(seen.body).toContain(message);
  await expect(server.close()).rejects.toThrow(message);
});

test('a function that throws what has no text is answered by 500 too', async () => {
  const server = await flakyServer(() => {
    throw Object.create(null);
  });
  expect(await send(server.url)).toMatchObject({ status: 500 });
  await expect(server.close()).rejects.toEqual(Object.create(null));
});

test('close() rejects with the first error of a function, itself', async () => {
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
