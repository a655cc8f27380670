import { request } from 'node:http';
import { type FetchLike, type RetryingFetchOptions, type RetryingInit, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { AbortController as PolyfilledController, AbortSignal as PolyfilledSignal } from 'abort-controller';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
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

describe('in React Native', () => {
  /** Fetches as React Native does, by XMLHttpRequest. Its responses have no stream, and its errors no cause. */
  function nativeFetch(url: string, { method, body, signal }: RequestInit = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new TypeError('Network request failed'));
      const sent = request(url, { method, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.once('error', fail);
        response.once('end', () => {
          const status = response.statusCode as number;
          resolve({ url, status, ok: status < 300, headers: new Headers(), text: async () => text });
        });
      });
      sent.once('error', fail);
      signal?.addEventListener('abort', () => {
        reject(Object.assign(new Error('Aborted'), { name: 'AbortError' }));
        sent.destroy();
      });
      sent.end(body);
    });
  }

  beforeEach(() => {
    vi.resetModules();
    for (const name of ['DOMException', 'ReadableStream', 'TransformStream']) {
      vi.stubGlobal(name, undefined);
    }
    // The signals of this polyfill have no `reason` and no `throwIfAborted`, and its class has no `any` and no `timeout`.
    vi.stubGlobal('AbortController', PolyfilledController);
    vi.stubGlobal('AbortSignal', PolyfilledSignal);
    vi.stubGlobal('fetch', nativeFetch);
  });
  afterEach(() => vi.unstubAllGlobals());

  const load = async (options: RetryingFetchOptions = {}) => {
    const { retryingFetch } = await import('@stamina/fetch');
    return retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });
  };

  test('a status and a lost connection are retried, with the same body', async () => {
    await using server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'hello' }]);
    const fetch = await load();
    const { signal } = new AbortController();
    const response = await fetch(server.url, { method: 'PUT', body: 'cargo', signal });
    expect(await response.text()).toBe('hello');
    expect(server.requests.map(({ body }) => body)).toEqual(['cargo', 'cargo', 'cargo']);
  });

  test('a POST is sent once', async () => {
    await using server = await flakyServer([{ reset: true }, {}]);
    const fetch = await load();
    await expect(fetch(server.url, { method: 'POST', body: 'cargo' })).rejects.toThrow('Network request failed');
    expect(server.requests).toHaveLength(1);
  });

  test('an attempt that takes too long is retried', async () => {
    await using server = await flakyServer([{ hang: true }, { body: 'hello' }]);
    const fetch = await load({ attemptTimeout: 200 });
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });

  test('an attempt that takes too long ends with a TimeoutError', async () => {
    await using server = await flakyServer({ hang: true });
    const fetch = await load({ attemptTimeout: 50, attempts: 2 });
    await expect(fetch(server.url)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test("the caller's signal ends a call", async () => {
    await using server = await flakyServer([{ status: 503 }, { hang: true }]);
    const fetch = await load();
    const controller = new AbortController();
    const call = fetch(server.url, { signal: controller.signal });
    await expect.poll(() => server.requests.length).toBe(2);
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a body function that throws is reported', async () => {
    const fetch = await load();
    const { signal } = new AbortController();
    const body = () => {
      throw new Error('no file');
    };
    await expect(fetch('http://a.test', { method: 'PUT', body, signal })).rejects.toThrow('the function `body` failed');
  });
});

describe('with fake timers and mocks', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Makes a fetch that answers 503 twice and then 200, and notes the times of its calls. */
  function busy(headers: Record<string, string> = {}) {
    const times: number[] = [];
    const fetch = async (): Promise<Response> => {
      times.push(Date.now());
      return new Response('hello', { status: times.length < 3 ? 503 : 200, headers });
    };
    return { times, fetch };
  }

  test('a mock is called with a string, and with a copy of `init` that has a signal', async () => {
    const mock = vi.fn(async () => ({ ok: true }) as Response);
    const init = { method: 'POST', body: 'hello' };
    await quickFetch({ fetch: mock })(new URL('http://a.test/b'), init);
    expect(mock.mock.calls).toEqual([['http://a.test/b', { ...init, signal: expect.any(AbortSignal) }]]);
  });

  test('fake timers drive the backoff', async () => {
    const { times, fetch } = busy();
    const call = retryingFetch({ fetch, waitJitter: 0 })('http://a.test');
    await vi.advanceTimersByTimeAsync(99);
    expect(times).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await (await call).text()).toBe('hello');
    expect([(times[1] as number) - (times[0] as number), (times[2] as number) - (times[1] as number)]).toEqual([
      100, 200,
    ]);
  });

  test('fake timers drive Retry-After in seconds and as a date', async () => {
    for (const retryAfter of [() => '30', () => new Date(Date.now() + 30_000).toUTCString()]) {
      const { times, fetch } = busy({ 'retry-after': retryAfter() });
      const call = retryingFetch({ fetch, timeout: Infinity })('http://a.test');
      await vi.advanceTimersByTimeAsync(28_000);
      expect(times).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(100_000);
      expect((await call).status).toBe(200);
    }
  });

  test('fake timers drive `attemptTimeout` and the discarding of a body', async () => {
    let calls = 0;
    const fetch = retryingFetch({
      attemptTimeout: 5_000,
      fetch: (_, init) => {
        calls++;
        if (calls === 2) return Promise.resolve(new Response(new ReadableStream(), { status: 503 }));
        if (calls === 3) return Promise.resolve(new Response('hello'));
        return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
      },
    });
    const call = fetch('http://a.test');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await (await call).text()).toBe('hello');
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['with immediates', true],
    ['without immediates, as in browsers', false],
  ])('a body that stops is read for 50 ms %s', async (_, hasImmediates) => {
    if (!hasImmediates) vi.stubGlobal('setImmediate', undefined);
    try {
      let calls = 0;
      const fetch = retryingFetch({
        waitInitial: 0,
        waitJitter: 0,
        fetch: async () =>
          ++calls === 1
            ? new Response(new ReadableStream(), { status: 503, headers: { 'content-length': '9' } })
            : new Response('hello'),
      });
      const call = fetch('http://a.test');
      await vi.advanceTimersByTimeAsync(49);
      expect(calls).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await (await call).text()).toBe('hello');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  describe('msw', () => {
    // In this file msw answers every request, because its interceptors replace the global fetch.
    const server = setupServer();
    beforeAll(() => server.listen());
    afterEach(() => server.resetHandlers());
    afterAll(() => server.close());

    const URL = 'https://api.example.com/users';

    test('the response of a handler is retried', async () => {
      const bodies: string[] = [];
      server.use(
        http.put(URL, async ({ request }) => {
          bodies.push(await request.text());
          return bodies.length < 3 ? new HttpResponse('busy', { status: 503 }) : HttpResponse.json({ id: 7 });
        }),
      );
      const response = await quickFetch()(URL, { method: 'PUT', body: 'hello' });
      expect(await response.json()).toEqual({ id: 7 });
      expect(bodies).toEqual(['hello', 'hello', 'hello']);
    });

    test('a network error of msw is retried', async () => {
      let calls = 0;
      server.use(
        http.get(URL, () => {
          calls++;
          return HttpResponse.error();
        }),
      );
      await expect(quickFetch()(URL)).rejects.toThrow('fetch failed');
      expect(calls).toBe(4);
    });

    test('a POST is sent to msw once', async () => {
      let calls = 0;
      server.use(
        http.post(URL, () => {
          calls++;
          return new HttpResponse('busy', { status: 503 });
        }),
      );
      const response = await quickFetch()(URL, { method: 'POST', body: 'hello' });
      expect([response.status, await response.text(), calls]).toEqual([503, 'busy', 1]);
    });

    test('a Request to msw is retried or aborted', async () => {
      let calls = 0;
      server.use(
        http.put(URL, async ({ request }) => {
          calls++;
          return new HttpResponse(await request.text(), { status: calls === 1 ? 503 : 200 });
        }),
      );
      expect(await (await quickFetch()(new Request(URL, { method: 'PUT', body: 'hello' }))).text()).toBe('hello');
      const reason = new Error('enough');
      await expect(quickFetch()(URL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });
});
