import { type FetchLike, isTransient } from '@stamina/fetch';
import { type FlakyServer, type FlakyStep, flakyServer } from '@stamina/testing';
import { Agent, fetch as undiciFetch } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

// Undici 8 is also the `fetch` of Node 26. The tests of all runtimes run that one, and Deno's.
function http2Fetch({ certificate }: FlakyServer): FetchLike {
  const dispatcher = new Agent({ allowH2: true, connect: { ca: certificate ?? '' } });
  onTestFinished(() => dispatcher.destroy());
  return (input, init) =>
    undiciFetch(input as string, { ...(init as object), dispatcher }) as unknown as ReturnType<FetchLike>;
}

/** Calls a server that performs a step three times, and answers then. */
async function call(step: FlakyStep, method: string) {
  await using server = await flakyServer([step, step, step, { body: 'hello' }], { http2: true });
  const errors: unknown[] = [];
  const target = http2Fetch(server);
  const fetch = quickFetch({
    fetch: (...args) =>
      target(...args).catch((error) => {
        errors.push(error);
        throw error;
      }),
  });
  const result = await fetch(server.url, { method, ...(method === 'POST' && { body: 'cargo' }) }).then(
    (response) => response.text(),
    () => 'failed',
  );
  expect(server.requests.every(({ stream }) => stream !== undefined)).toBe(true);
  return { result, sent: server.requests.length, errors };
}

const steps: [step: FlakyStep, answers: 'any method' | 'GET' | 'none'][] = [
  [{ resetStream: 'REFUSED_STREAM' }, 'any method'],
  [{ goAway: 'NO_ERROR', lastStreamId: 0 }, 'any method'],
  [{ resetStream: 'NO_ERROR' }, 'GET'],
  [{ resetStream: 'INTERNAL_ERROR' }, 'GET'],
  [{ resetStream: 'CANCEL' }, 'GET'],
  [{ resetStream: 'ENHANCE_YOUR_CALM' }, 'GET'],
  [{ goAway: 'NO_ERROR' }, 'GET'],
  [{ goAway: 'INTERNAL_ERROR' }, 'GET'],
  [{ goAway: 'ENHANCE_YOUR_CALM' }, 'GET'],
  [{ goAway: 'ENHANCE_YOUR_CALM', lastStreamId: 0 }, 'GET'],
  [{ close: true }, 'GET'],
  [{ reset: true }, 'GET'],
  [{ resetStream: 'PROTOCOL_ERROR' }, 'none'],
  [{ resetStream: 'HTTP_1_1_REQUIRED' }, 'none'],
  [{ resetStream: 4_711 }, 'none'],
  [{ goAway: 'PROTOCOL_ERROR' }, 'none'],
];

test.each(steps)('after %o, what is sent again by HTTP/2: %s', async (step, answers) => {
  const get = await call(step, 'GET');
  expect(get.result).toBe(answers === 'none' ? 'failed' : 'hello');
  expect(get.errors.map(isTransient)).toEqual(get.errors.map(() => answers !== 'none'));
  const post = await call(step, 'POST');
  expect([post.result, post.sent]).toEqual(answers === 'any method' ? ['hello', 4] : ['failed', 1]);
});

test('a refused stream to which a POST was redirected is not sent again', async () => {
  await using server = await flakyServer(
    ({ method }) =>
      method === 'POST' ? { status: 303, headers: { location: '/there' } } : { resetStream: 'REFUSED_STREAM' },
    { http2: true },
  );
  const fetch = quickFetch({ fetch: http2Fetch(server) });
  await expect(fetch(server.url, { method: 'POST', body: 'cargo' })).rejects.toThrow('fetch failed');
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('requests beyond the limit of concurrent streams wait', async () => {
  await using server = await flakyServer(({ num }) => ({ status: num < 4 ? 503 : 200, body: 'hello', delay: 20 }), {
    http2: { maxConcurrentStreams: 1 },
  });
  const fetch = quickFetch({ fetch: http2Fetch(server) });
  const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(server.url)).text()));
  expect(answers).toEqual(['hello', 'hello', 'hello']);
});

test.each(['NO_ERROR', 'CANCEL', 'INTERNAL_ERROR'] as const)(
  '`readBody` retries a body that %s cuts off',
  async (code) => {
    const step: FlakyStep = { body: 'hello', truncate: 2, resetStream: code };
    await using server = await flakyServer([step, { body: 'hello' }, step, {}], { http2: true });
    const fetch = quickFetch({ readBody: true, fetch: http2Fetch(server) });
    expect(await (await fetch(server.url)).text()).toBe('hello');
    await expect(fetch(server.url, { method: 'POST', body: 'order' })).rejects.toThrow();
    expect(server.requests).toHaveLength(3);
  },
);
