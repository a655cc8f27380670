import { type FlakyScript, flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { pause, send, startServer } from '../support/http.ts';

const KEYS =
  'delay, read, status, headers, body, truncate, drip, endless, raw, reset, close, hang, resetStream, goAway, lastStreamId';
const ANY_STEP = 'use a step such as { status: 503 } or { reset: true }';

const refused: [script: unknown, error: typeof TypeError | typeof RangeError, message: string][] = [
  [undefined, TypeError, `\`script\` must be an object, got undefined; ${ANY_STEP}`],
  [null, TypeError, `\`script\` must be an object, got null; ${ANY_STEP}`],
  [503, TypeError, `\`script\` must be an object, got 503; ${ANY_STEP}`],
  ['reset', TypeError, `\`script\` must be an object, got "reset"; ${ANY_STEP}`],
  [[], RangeError, '`script` must be at least one step, got an empty array; use {} to answer every request with 200'],
  [[{}, 503], TypeError, `\`script[1]\` must be an object, got 503; ${ANY_STEP}`],
  [[[{}]], TypeError, `\`script[0]\` must be an object, got an array of 1; ${ANY_STEP}`],
  [new Array(1), TypeError, `\`script[0]\` must be an object, got undefined; ${ANY_STEP}`],
  [[() => ({})], TypeError, `\`script[0]\` must be an object, got function anonymous; ${ANY_STEP}`],
  [{ statut: 503 }, TypeError, `\`statut\` is not known in script; did you mean \`status\`? Allowed are ${KEYS}`],
  [{ status: '503' }, TypeError, '`script.status` must be an integer from 200 to 599, got "503"'],
  [{ status: 103 }, RangeError, '`script.status` must be an integer from 200 to 599, got 103'],
  [{ status: 600 }, RangeError, '`script.status` must be an integer from 200 to 599, got 600'],
  [{ status: 200.5 }, RangeError, '`script.status` must be an integer from 200 to 599, got 200.5'],
  [{ status: Number.NaN }, TypeError, '`script.status` must be an integer from 200 to 599, got NaN'],
  [
    { delay: -1 },
    RangeError,
    '`script.delay` must be a number of milliseconds from 0 to 2147483647, got -1; use { hang: true } to never answer',
  ],
  [
    [{}, { delay: Number.POSITIVE_INFINITY }],
    RangeError,
    '`script[1].delay` must be a number of milliseconds from 0 to 2147483647, got Infinity; use { hang: true } to never answer',
  ],
  [
    { drip: 0 },
    RangeError,
    '`script.drip` must be a number of milliseconds from 1 to 2147483647, got 0; leave it out to send all bytes at once',
  ],
  [{ read: 1.5 }, RangeError, '`script.read` must be a whole number of bytes from 0 to 268435456, got 1.5'],
  [{ read: -1 }, RangeError, '`script.read` must be a whole number of bytes from 0 to 268435456, got -1'],
  [{ truncate: true }, TypeError, '`script.truncate` must be a whole number of bytes from 0 to 268435456, got true'],
  [
    { truncate: 1e12 },
    RangeError,
    '`script.truncate` must be a whole number of bytes from 0 to 268435456, got 1000000000000',
  ],
  [{ truncate: 2, body: 'hi' }, RangeError, '`script.truncate` must be less than the 2 bytes of the body, got 2'],
  [
    { endless: true, body: '' },
    RangeError,
    '`script.body` must be at least one byte, got none; leave it out to send dots without end',
  ],
  [
    { body: { id: 1 } },
    TypeError,
    '`script.body` must be a string or a Uint8Array, got an object; use JSON.stringify(…) for data',
  ],
  [
    { body: null },
    TypeError,
    '`script.body` must be a string or a Uint8Array, got null; use JSON.stringify(…) for data',
  ],
  [{ reset: false }, TypeError, '`script.reset` must be true, got false; leave it out if you do not want it'],
  [{ hang: 1000 }, TypeError, '`script.hang` must be true, got 1000; leave it out if you do not want it'],
  [{ endless: 'yes' }, TypeError, '`script.endless` must be true, got "yes"; leave it out if you do not want it'],
  [
    { reset: true, hang: true },
    TypeError,
    '`script` has both `reset` and `hang`, but a connection can end in one way only; remove one of the two',
  ],
  [
    { reset: true, status: 503 },
    TypeError,
    '`script` has both `status` and `reset`, but only an answer with `truncate` can end like that; remove one of the two',
  ],
  [
    { endless: true, truncate: 5 },
    TypeError,
    '`script` has both `endless` and `truncate`, but a body without an end cannot be cut; remove one of the two',
  ],
  [
    { status: 204, drip: 5 },
    TypeError,
    '`script.status` must be a status that can have a body, got 204; use another status, or send no body',
  ],
  [
    { headers: new Map([['a', 'b']]) },
    TypeError,
    '`script.headers` must be an object of strings, got an instance of Map; use Object.fromEntries(…) for Headers, a Map or pairs',
  ],
  [
    { headers: null },
    TypeError,
    '`script.headers` must be an object of strings, got null; use Object.fromEntries(…) for Headers, a Map or pairs',
  ],
  [
    { headers: 'age: 5' },
    TypeError,
    '`script.headers` must be an object of strings, got "age: 5"; use Object.fromEntries(…) for Headers, a Map or pairs',
  ],
  [{ raw: 503 }, TypeError, '`script.raw` must be a string or a Uint8Array, got 503; use JSON.stringify(…) for data'],
  [{ raw: '' }, RangeError, '`script.raw` must be at least one byte, got none; use { close: true } to send nothing'],
  [
    { raw: 'x', drip: -1 },
    RangeError,
    '`script.drip` must be a number of milliseconds from 1 to 2147483647, got -1; leave it out to send all bytes at once',
  ],
  [
    { raw: 'x', status: 503 },
    TypeError,
    '`script` has both `status` and `raw`, but raw bytes replace the whole answer; remove one of the two',
  ],
  [
    { raw: 'x', truncate: 0, reset: true },
    TypeError,
    '`script` has both `truncate` and `raw`, but raw bytes replace the whole answer; remove one of the two',
  ],
  [{ headers: { age: 5 } }, TypeError, '`script.headers.age` must be a string or an array of strings, got 5'],
  [
    { headers: { 'Content-Length': '5' } },
    TypeError,
    '`script.headers` must not have Content-Length, because the server sets it from the body; use `truncate` to send less',
  ],
  [
    { headers: { 'a b': 'c' } },
    TypeError,
    '`script.headers` must be valid in HTTP; Node reports: Header name must be a valid HTTP token ["a b"]',
  ],
  [
    { headers: { a: ['b', 'c\nd'] } },
    TypeError,
    '`script.headers` must be valid in HTTP; Node reports: Invalid character in header content ["a"]',
  ],
];

const CODES =
  'allowed are NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY, HTTP_1_1_REQUIRED';

const refusedInHttp2: typeof refused = [
  [
    { resetStream: 'REFUSED' },
    RangeError,
    `\`script.resetStream\` must be the name of an error code of HTTP/2, got "REFUSED"; ${CODES}`,
  ],
  [{ goAway: -1 }, RangeError, '`script.goAway` must be an error code of HTTP/2 from 0 to 4294967295, got -1'],
  [{ goAway: true }, TypeError, '`script.goAway` must be an error code of HTTP/2 from 0 to 4294967295, got true'],
  [
    { goAway: 0, lastStreamId: -1 },
    RangeError,
    '`script.lastStreamId` must be the number of a stream from 0 to 2147483647, got -1',
  ],
  [{ lastStreamId: 1 }, TypeError, '`script` has `lastStreamId` but not `goAway`; add the `goAway` that it belongs to'],
  [
    { goAway: 0, lastStreamId: 0, status: 200 },
    TypeError,
    '`script` has both `status` and `lastStreamId`, but 0 says that nothing was processed; remove one of the two',
  ],
  [
    { goAway: 0, truncate: 1 },
    TypeError,
    '`script` has both `goAway` and `truncate`, but only a whole answer can follow it; remove one of the two',
  ],
  [
    { resetStream: 0, reset: true },
    TypeError,
    '`script` has both `reset` and `resetStream`, but a connection can end in one way only; remove one of the two',
  ],
];

test.each(refusedInHttp2)('%o is refused in HTTP/2', async (script, error, message) => {
  const starting = flakyServer(script as FlakyScript, { http2: true });
  await expect(starting).rejects.toThrow(error);
  await expect(starting).rejects.toHaveProperty('message', message);
});

test('a step of HTTP/2 is refused by a server without it', async () => {
  const message = 'needs HTTP/2; start the server with { http2: true }';
  await expect(flakyServer([{}, { resetStream: 'CANCEL' }])).rejects.toThrow(`\`script[1].resetStream\` ${message}`);
  await expect(flakyServer({ goAway: 0 }, { http2: false })).rejects.toThrow(`\`script.goAway\` ${message}`);
});

test.each(refused)('%o is refused', async (script, error, message) => {
  const starting = flakyServer(script as FlakyScript);
  await expect(starting).rejects.toThrow(error);
  await expect(starting).rejects.toHaveProperty('message', message);
});

test('an invalid header is refused with a cause', async () => {
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

test('a long value is cut in the message', async () => {
  const error = (await flakyServer('x'.repeat(1_000) as never).catch((error: unknown) => error)) as Error;
  const shown = /got (.*); use/.exec(error.message)?.[1] ?? '';
  expect(shown).toMatch(/^"x+…$/);
  expect(shown.length).toBe(100);
});

test('a message does not show the contents of objects', async () => {
  const body = { password: 'secret', more: Array.from({ length: 100 }, () => ({})) };
  const { message } = (await flakyServer({ body } as never).catch((error: unknown) => error)) as Error;
  expect(message).not.toContain('secret');
  expect(message.length).toBeLessThan(250);
  expect(message).not.toContain('\n');
});

test('an object that cannot be shown is refused', async () => {
  const body = {
    get constructor(): never {
      throw new Error('no constructor');
    },
  };
  await expect(flakyServer({ body } as never)).rejects.toThrow(
    '`script.body` must be a string or a Uint8Array, got an object',
  );
});

test('an undefined key counts as left out', async () => {
  await using server = await flakyServer({ status: 503, body: undefined, reset: undefined, delay: undefined });
  expect(await send(server.url)).toMatchObject({ status: 503, body: '' });
});

test('the last step repeats', async () => {
  const { url } = await startServer([{ status: 500 }, { status: 503 }, { status: 200 }]);
  const statuses: unknown[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await send(url)).status);
  expect(statuses).toEqual([500, 503, 200, 200, 200]);
});

describe('a script that is a function', () => {
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
    [
      'returns a wrong step',
      () => ({ status: 0 }),
      '`script(request).status` must be an integer from 200 to 599, got 0',
    ],
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
});
