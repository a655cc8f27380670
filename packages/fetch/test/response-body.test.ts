import { gzipSync } from 'node:zlib';
import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a discarded response', () => {
  test.each([0, 1, 10_000, 65_536])('of %i bytes is read, so its connection is used again', async (size) => {
    await using server = await flakyServer((request) => ({
      status: request.num % 2 ? 503 : 200,
      body: 'x'.repeat(size),
    }));
    for (let i = 0; i < 10; i++) await (await quickFetch()(server.url)).text();
    expect(server.requests).toHaveLength(20);
    // Node opens a second connection if the first one has not been returned yet.
    expect(server.connections.total).toBeLessThanOrEqual(2);
  });

  test('of unknown length is read too', async () => {
    await using server = await flakyServer((request) => (request.num % 2 ? { status: 503, body: 'xx', drip: 1 } : {}));
    for (let i = 0; i < 5; i++) await (await quickFetch()(server.url)).text();
    expect(server.requests).toHaveLength(10);
    expect(server.connections.total).toBeLessThanOrEqual(2);
  });

  test.each<[string, object]>([
    ['that is long', { body: 'x'.repeat(1_000_000) }],
    ['that is endless', { endless: true }],
    ['that is slow', { body: 'x'.repeat(1_000), drip: 1_000 }],
    ['that stops', { body: 'xx', truncate: 1, hang: true }],
  ])('%s is cut off and leaves no connection open', async (_, step) => {
    await using server = await flakyServer((request) => (request.num % 2 ? { status: 503, ...step } : {}));
    const begun = performance.now();
    for (let i = 0; i < 5; i++) await (await quickFetch()(server.url)).text();
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect(server.requests).toHaveLength(10);
    await expect.poll(() => server.connections.open).toBeLessThanOrEqual(2);
  });

  test('that breaks off while it is read causes no rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      await using server = await flakyServer((request) =>
        request.num % 2 ? { status: 503, body: 'xx', truncate: 1, reset: true } : {},
      );
      for (let i = 0; i < 5; i++) expect((await quickFetch()(server.url)).status).toBe(200);
      await settle(20);
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });

  test.each([
    ['announces its length', { 'content-length': '1000000' }],
    ['does not announce its length', {}],
  ])('that is long and %s is cancelled and aborted', async (_, headers) => {
    const seen: unknown[] = [];
    const fetch = quickFetch({
      attempts: 2,
      fetch: async (_, init) => {
        if (seen.length > 0) return new Response('hello');
        init?.signal?.addEventListener('abort', () => seen.push('aborted'));
        const body = new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
          cancel: () => void seen.push('cancelled'),
        });
        return new Response(body, { status: 503, headers });
      },
    });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
    expect(seen).toEqual(['cancelled', 'aborted']);
  });

  test('is left alone if someone else reads its body', async () => {
    let calls = 0;
    const fetch = quickFetch({
      fetch: async () => {
        const response = new Response('busy', { status: ++calls === 1 ? 503 : 200 });
        if (calls === 1) await response.text();
        return response;
      },
    });
    expect(await (await fetch('http://a.test')).text()).toBe('busy');
  });

  test('leaves no connection open if the global fetch was wrapped before the package was loaded', async () => {
    await using server = await flakyServer((request) =>
      request.num % 2 ? { status: 503, endless: true } : { body: 'hello' },
    );
    const original = globalThis.fetch;
    // Tracing tools clone a response, and read the clone to its end.
    globalThis.fetch = async (...args) => {
      const response = await original(...args);
      response
        .clone()
        .text()
        .catch(() => {});
      return response;
    };
    try {
      vi.resetModules();
      const { retryingFetch } = await import('@stamina/fetch');
      const fetch = retryingFetch({ waitInitial: 0, waitJitter: 0 });
      for (let i = 0; i < 5; i++) await (await fetch(server.url)).text();
      await expect.poll(() => server.connections.open).toBeLessThanOrEqual(2);
    } finally {
      globalThis.fetch = original;
    }
  });

  test('frees its connection while the retry waits', async () => {
    await using server = await flakyServer([{ status: 503, endless: true, headers: { 'retry-after': '60' } }, {}]);
    const controller = new AbortController();
    const call = quickFetch({ timeout: Infinity })(server.url, { signal: controller.signal });
    // Node opens another connection after the abort. Node 22 and 26 keep that one open.
    await expect.poll(() => server.connections.total - server.connections.open).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(1);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

test('a response that is returned is not discarded', async () => {
  await using server = await flakyServer({ status: 503, body: 'x'.repeat(1_000_000) });
  const response = await quickFetch({ attempts: 2 })(server.url);
  await settle(100);
  expect((await response.text()).length).toBe(1_000_000);
});

const BROKEN = [
  ['a connection that closes', { body: 'hello', truncate: 2 }],
  ['a reset', { body: 'hello', truncate: 2, reset: true }],
] as const;

describe('readBody', () => {
  test.each(BROKEN)('retries a body that breaks off by %s', async (_, step) => {
    await using server = await flakyServer([step, step, { body: 'hello' }]);
    expect(await (await quickFetch({ readBody: true })(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(3);
  });

  test.each(BROKEN)('rejects, and does not repeat a POST, after %s', async (_, step) => {
    await using server = await flakyServer([step, { body: 'hello' }]);
    await expect(quickFetch({ readBody: true })(server.url, { method: 'POST', body: 'order' })).rejects.toThrow(
      TypeError,
    );
    expect(server.requests).toHaveLength(1);
  });

  test.each([2, 20, 40])('retries a compressed body that breaks off after %i bytes', async (truncate) => {
    const step = { body: gzipSync('hello '.repeat(500)), headers: { 'content-encoding': 'gzip' } };
    await using server = await flakyServer([{ ...step, truncate }, step, { ...step, truncate }, {}]);
    expect(await (await quickFetch({ readBody: true })(server.url)).text()).toBe('hello '.repeat(500));
    await expect(quickFetch({ readBody: true })(server.url, { method: 'POST' })).rejects.toThrow(TypeError);
    expect(server.requests).toHaveLength(3);
  });

  // In HTTP/2, the `fetch` of Deno 2.9 and of undici 8.10 give such responses.
  test.each([
    ['shorter', { 'content-length': '5' }, 'basic', 2],
    ['shorter, but it was compressed', { 'content-length': '5', 'content-encoding': 'gzip' }, 'basic', 1],
    ['shorter, but a browser may hide that it was compressed', { 'content-length': '5' }, 'cors', 1],
    ['longer', { 'content-length': '1' }, 'basic', 1],
    ['of unknown length', {}, 'basic', 1],
  ])('a body that is %s: %j, %s', async (_, headers, type, calls) => {
    let made = 0;
    const answer = async (): Promise<Response> => {
      const response = made++ === 0 ? new Response('he', { headers: headers as HeadersInit }) : new Response('hello');
      return Object.defineProperty(response, 'type', { value: type });
    };
    const fetch = quickFetch({ readBody: true, fetch: answer });
    expect(await (await fetch('http://a.test')).text()).toBe(calls === 2 ? 'hello' : 'he');
    made = 0;
    const post = fetch('http://a.test', { method: 'POST' });
    if (calls === 2) await expect(post).rejects.toThrow('the body broke off');
    else await post;
    expect(made).toBe(1);
  });

  test('is off by default', async () => {
    await using server = await flakyServer([{ body: 'hello', truncate: 2 }, { body: 'hello' }]);
    for (const readBody of [false, undefined]) {
      const response = await quickFetch({ readBody })(server.url);
      if (server.requests.length === 1) await expect(response.text()).rejects.toThrow();
    }
    expect(server.requests).toHaveLength(2);
  });

  test('gives the same response to its reader', async () => {
    const body = '{"a":"é"}';
    await using server = await flakyServer((request) =>
      request.path === '/'
        ? { status: 302, headers: { location: '/there' } }
        : { status: 404, body, headers: { 'content-type': 'application/json', 'set-cookie': 'a=1', 'x-id': '7' } },
    );
    const bare = await globalThis.fetch(server.url);
    const read = await quickFetch({ readBody: true })(server.url);
    for (const response of [read, read.clone(), read.clone().clone()]) {
      const { url, redirected, type, status, statusText, ok, bodyUsed } = bare;
      expect(response).toMatchObject({ url, redirected, type, status, statusText, ok, bodyUsed });
      const withoutDate = (headers: Headers) => [...headers].filter(([name]) => name !== 'date');
      expect(withoutDate(response.headers)).toEqual(withoutDate(bare.headers));
      expect(response).toBeInstanceOf(Response);
    }
    expect((await read.clone().blob()).type).toBe((await bare.clone().blob()).type);
    expect(await read.clone().json()).toEqual({ a: 'é' });
    expect([await read.text(), read.bodyUsed]).toEqual([body, true]);
  });

  test.each([
    ['longer than `maxBytes`', { body: 'x'.repeat(2_000) }],
    ['an event stream', { body: 'x', headers: { 'content-type': 'text/event-stream; charset=utf-8' } }],
  ])('passes on a body as a stream: %s', async (_, step) => {
    await using server = await flakyServer(step);
    const response = await quickFetch({ readBody: { maxBytes: 1_000 } })(server.url);
    expect(await response.text()).toBe(step.body);
    expect(response.url).toBe(`${server.url}/`);
  });

  test('an endless body is passed on, with its beginning', async () => {
    await using server = await flakyServer({ body: 'hello', endless: true });
    const response = await quickFetch({ readBody: { maxBytes: 10 } })(server.url);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toMatch(/^hello/);
    await reader.cancel();
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('a body of unknown length that is too long is passed on', async () => {
    const fetch = quickFetch({ readBody: { maxBytes: 1_000 }, fetch: async () => new Response('x'.repeat(2_000)) });
    expect(await (await fetch('http://a.test')).text()).toBe('x'.repeat(2_000));
  });

  test('a body of exactly `maxBytes` is read', async () => {
    await using server = await flakyServer([{ body: 'hello', truncate: 2 }, { body: 'hello' }]);
    expect(await (await quickFetch({ readBody: { maxBytes: 5 } })(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(2);
  });

  test.each(['attemptTimeout', 'deadline'])('`%s` also limits the body', async (option) => {
    await using server = await flakyServer([{ body: 'hello', drip: 5_000 }, { body: 'hello' }]);
    const call = retryingFetch({ readBody: true, waitInitial: 0, waitJitter: 0, [option]: 150 })(server.url);
    if (option === 'deadline') await expect(call).rejects.toThrow('no success within');
    else expect(await (await call).text()).toBe('hello');
  });

  test('a body that breaks off does not shorten the wait that the server asked for', async () => {
    const step = { status: 429, body: 'hello', truncate: 2, headers: { 'retry-after-ms': '60' } };
    await using server = await flakyServer([step, {}]);
    await quickFetch({ readBody: true })(server.url);
    const [first, second] = server.requests as unknown as [{ at: number }, { at: number }];
    expect(second.at - first.at).toBeGreaterThanOrEqual(59);
  });

  test('accepts responses without a body, and mocks', async () => {
    await using server = await flakyServer({ status: 204 });
    expect((await quickFetch({ readBody: true })(server.url)).status).toBe(204);
    expect((await quickFetch({ readBody: true })(server.url, { method: 'HEAD' })).status).toBe(204);
    const mock = { ok: true, json: async () => 5 };
    const fetch = quickFetch({ readBody: true, fetch: (async () => mock) as never });
    expect(await fetch('http://a.test')).toBe(mock);
  });
});
