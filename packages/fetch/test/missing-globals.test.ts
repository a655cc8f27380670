import type { FetchLike, RetryingInit } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

// Jest with jsdom has none of these globals, and React Native lacks some of them.
const NAMES = ['Response', 'Request', 'Headers', 'ReadableStream', 'Blob', 'DOMException'];

/** Makes a fetch that answers with the given statuses and errors, one after the other. */
function answering(...answers: (number | Error)[]): { readonly fetch: FetchLike; readonly bodies: unknown[] } {
  const outcomes = answers.map((answer) =>
    answer instanceof Error ? answer : new Response('busy', { status: answer }),
  );
  const bodies: unknown[] = [];
  return {
    bodies,
    async fetch(_, init) {
      const outcome = outcomes[bodies.push(init?.body) - 1];
      if (outcome instanceof Error) throw outcome;
      return outcome as Response;
    },
  };
}

describe('without `AbortSignal.any`, as in jsdom and React Native', () => {
  test("the caller's signal ends a call", async () => {
    const { any } = AbortSignal;
    AbortSignal.any = undefined as never;
    try {
      await using server = await flakyServer([{ body: 'hello' }, { hang: true }, { endless: true }]);
      const controller = new AbortController();
      const { signal } = controller;
      const reason = new Error('enough');
      expect(await (await quickFetch()(server.url, { signal })).text()).toBe('hello');
      const hanging = quickFetch()(server.url, { signal });
      await expect.poll(() => server.requests.length).toBe(2);
      const streaming = (await quickFetch()(server.url, { signal })).text();
      controller.abort(reason);
      await expect(hanging).rejects.toBe(reason);
      await expect(streaming).rejects.toBe(reason);
    } finally {
      AbortSignal.any = any;
    }
  });
});

describe('if `fetch` refuses the signals of the global AbortController', () => {
  // In Vitest 3 with jsdom, the class is jsdom's, and `fetch` is Node's.
  class ForeignController {
    readonly signal = Object.assign(new EventTarget(), { aborted: false, reason: undefined as unknown });
    abort(reason: unknown): void {
      Object.assign(this.signal, { aborted: true, reason });
      this.signal.dispatchEvent(new Event('abort'));
    }
  }
  const wrapped: FetchLike = (...args) => fetch(...args);

  beforeEach(() => {
    vi.resetModules();
    vi.stubGlobal('AbortController', ForeignController);
  });
  afterEach(() => vi.unstubAllGlobals());

  test('a fetch that wraps it gets no signal', async () => {
    await using server = await flakyServer([{ status: 503, endless: true }, { body: 'hello' }]);
    const { retryingFetch } = await import('@stamina/fetch');
    const response = await retryingFetch({ fetch: wrapped, waitInitial: 0, waitJitter: 0 })(server.url);
    expect(await response.text()).toBe('hello');
  });

  test('`attemptTimeout` still ends an attempt', async () => {
    await using server = await flakyServer([{ hang: true }, { body: 'hello' }]);
    const { retryingFetch } = await import('@stamina/fetch');
    const options = { fetch: wrapped, attemptTimeout: 300, waitInitial: 0, waitJitter: 0 };
    expect(await (await retryingFetch(options)(server.url)).text()).toBe('hello');
  });
});

describe('without the global classes of fetch', () => {
  const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
  const stream = new ReadableStream();

  async function send(init: RetryingInit, ...answers: (number | Error)[]) {
    const { fetch, bodies } = answering(...answers);
    for (const name of NAMES) vi.stubGlobal(name, undefined);
    try {
      const response = await quickFetch({ fetch })('http://a.test', init);
      return { status: response.status, bodies };
    } finally {
      vi.unstubAllGlobals();
    }
  }

  test('a call fails with its own error', async () => {
    for (const error of [new Error('unknown'), new Error('', { cause: { type: 'error' } })]) {
      await expect(send({}, error)).rejects.toBe(error);
    }
  });

  test('a lost connection is retried', async () => {
    expect(await send({}, lost, 200)).toMatchObject({ status: 200 });
  });

  test('a response is retried', async () => {
    expect(await send({}, 503, 200)).toMatchObject({ status: 200 });
  });

  test('an idempotency key makes POST repeatable', async () => {
    const headers = { 'Idempotency-Key': 'a1' };
    expect(await send({ method: 'POST', headers }, 503, 200)).toMatchObject({ status: 200 });
    expect(await send({ method: 'POST', headers: { 'Idempotency-Key': ' ' } }, 503)).toMatchObject({ status: 503 });
  });

  test('a stream that a body function made is sent', async () => {
    expect(await send({ method: 'PUT', body: () => stream }, 200)).toEqual({ status: 200, bodies: [stream] });
  });

  test('an aborted call rejects with its reason', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(send({ method: 'PUT', body: stream, signal })).rejects.toBe(reason);
  });
});
