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
