import { retryingFetch } from '@stamina/fetch';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

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
