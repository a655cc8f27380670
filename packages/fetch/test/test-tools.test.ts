import { retryingFetch } from '@stamina/fetch';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

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
