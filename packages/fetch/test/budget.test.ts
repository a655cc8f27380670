import { type RetryBudget, retryBudget } from '@stamina/core';
import { type RetryingFetchOptions, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

/** Makes `count` calls and returns how many requests their retries added. */
async function retriesOf(
  fetch: ReturnType<typeof quickFetch>,
  url: string,
  count: number,
  server: { requests: unknown[] },
): Promise<number> {
  const before = server.requests.length;
  for (let i = 0; i < count; i++) await (await fetch(url)).text();
  return server.requests.length - before - count;
}

describe('the retry budget', () => {
  // The clock stands still, so that no reserve refills.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('limits retries to a reserve and a fifth', async () => {
    await using server = await flakyServer({ status: 503 });
    expect(await retriesOf(quickFetch(), server.url, 200, server)).toBe(140);
  });

  test('of another origin is not charged', async () => {
    await using down = await flakyServer({ status: 503 });
    await using up = await flakyServer((request) => ({ status: request.num % 4 ? 503 : 200 }));
    const fetch = quickFetch();
    await retriesOf(fetch, down.url, 100, down);
    expect((await fetch(up.url)).status).toBe(200);
    expect(up.requests).toHaveLength(4);
    expect(await retriesOf(fetch, down.url, 5, down)).toBeLessThanOrEqual(1);
  });

  test('is shared by all paths of an origin', async () => {
    await using server = await flakyServer({ status: 503 });
    const fetch = quickFetch();
    await retriesOf(fetch, `${server.url}/a`, 100, server);
    expect(await retriesOf(fetch, `${server.url}/b`, 5, server)).toBeLessThanOrEqual(1);
  });

  test('is kept for the newest 1,000 origins', async () => {
    const exhausted = async (fetch: ReturnType<typeof quickFetch>, url: string): Promise<boolean> => {
      const before = calls;
      await fetch(url);
      return calls - before === 1;
    };
    let calls = 0;
    const fetch = quickFetch({
      fetch: async (url) => {
        calls++;
        return new Response('', { status: String(url).includes('down') ? 503 : 200 });
      },
    });
    for (let i = 0; i < 100; i++) await fetch('http://down.test');
    expect(await exhausted(fetch, 'http://down.test')).toBe(true);
    for (let i = 0; i < 999; i++) await fetch(`http://a${i}.test`);
    expect(await exhausted(fetch, 'http://down.test')).toBe(true);
    for (let i = 0; i < 1_000; i++) await fetch(`http://b${i}.test`);
    expect(await exhausted(fetch, 'http://down.test')).toBe(false);
  });

  test('can be shared by all origins', async () => {
    await using a = await flakyServer({ status: 503 });
    await using b = await flakyServer({ status: 503 });
    const fetch = quickFetch({ budget: retryBudget({ ratio: 0, reserve: 2 }) });
    await fetch(a.url);
    await fetch(b.url);
    expect(a.requests.length + b.requests.length).toBe(4);
  });

  test('can be found by a function', async () => {
    await using server = await flakyServer({ status: 503 });
    const none = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    const urls: string[] = [];
    const budget = (url: URL): RetryBudget | undefined => {
      urls.push(url.href);
      return url.pathname === '/none' ? none : undefined;
    };
    const fetch = quickFetch({ budget });
    await fetch(`${server.url}/none`);
    expect(server.requests).toHaveLength(1);
    await fetch(`${server.url}/any`);
    expect(server.requests).toHaveLength(5);
    expect(urls).toEqual([`${server.url}/none`, `${server.url}/any`]);
  });

  test('can be switched off', async () => {
    await using server = await flakyServer({ status: 503 });
    expect(await retriesOf(quickFetch({ budget: false }), server.url, 20, server)).toBe(60);
  });
});

describe('the default budget in an outage', () => {
  afterEach(() => void vi.useRealTimers());

  /** Makes calls to a server that is down for `outageMs`. Returns why calls gave up, and the requests per call. */
  async function play(given: {
    readonly calls: number;
    readonly callsPerSecond: number;
    readonly outageMs: number;
    readonly fails: () => Response | Promise<never>;
    readonly options?: RetryingFetchOptions;
  }) {
    vi.useFakeTimers();
    const { calls, callsPerSecond, outageMs, fails } = given;
    const begun = performance.now();
    const reasons: string[] = [];
    let requests = 0;
    const fetch = retryingFetch({
      ...given.options,
      onGiveUp: ({ reason }) => void reasons.push(reason),
      fetch: async () => {
        requests++;
        return performance.now() - begun < outageMs ? fails() : new Response();
      },
    });
    const made: Promise<unknown>[] = [];
    for (let call = 0; call < calls; call++) {
      made.push(fetch('http://a.test').catch(() => {}));
      // Time passes in steps of 50 ms, because smaller ones would take long.
      if (made.length % (callsPerSecond / 20) === 0) await vi.advanceTimersByTimeAsync(50);
    }
    await vi.runAllTimersAsync();
    await Promise.all(made);
    return { reasons, requestsPerCall: requests / calls };
  }

  const reset = (): Promise<never> => Promise.reject(Object.assign(new TypeError(), { code: 'ECONNRESET' }));
  const FAILURES = [
    ['503', () => new Response('', { status: 503 })],
    ['a reset connection', reset],
  ] as const;

  test.each(FAILURES)('of one second, no call of 40 at once is lost: %s', async (_, fails) => {
    for (let run = 0; run < 20; run++) {
      const { reasons } = await play({ calls: 40, callsPerSecond: Infinity, outageMs: 1_000, fails });
      expect(reasons.filter((reason) => reason === 'budget')).toEqual([]);
    }
  });

  test.each(FAILURES)('of 20 seconds, 1,000 calls a second make at most 1.25 requests each: %s', async (_, fails) => {
    const { requestsPerCall } = await play({ calls: 20_000, callsPerSecond: 1_000, outageMs: Infinity, fails });
    expect(requestsPerCall).toBeGreaterThan(1.18);
    expect(requestsPerCall).toBeLessThan(1.25);
  });
});

describe('a rate limit', () => {
  afterEach(() => void vi.useRealTimers());

  /** Makes 80 calls at once to a server that answers 20 requests a second. Returns how many calls were lost. */
  async function lostOf80(options: RetryingFetchOptions, headers: Record<string, string>): Promise<number> {
    vi.useFakeTimers();
    const answered: number[] = [];
    const fetch = retryingFetch({
      ...options,
      fetch: async () => {
        const second = Math.floor(performance.now() / 1_000);
        answered[second] = (answered[second] ?? 0) + 1;
        return answered[second] <= 20 ? new Response() : new Response('', { status: 429, headers });
      },
    });
    const calls = Array.from({ length: 80 }, () => fetch('http://a.test'));
    await vi.runAllTimersAsync();
    return (await Promise.all(calls)).filter(({ ok }) => !ok).length;
  }

  const LLM: RetryingFetchOptions = { attempts: 10, timeout: { minutes: 5 } };

  test.each([{ 'retry-after': '1' }, { 'retry-after-ms': '400.5' }, { ratelimit: '"second";r=0;t=1' }])(
    'of 20 a second loses no call of 80 that wait as it asks: %j',
    async (headers) => {
      for (let run = 0; run < 10; run++) expect(await lostOf80(LLM, headers as Record<string, string>)).toBe(0);
    },
  );

  test('is charged like any failure if it does not say when to come back, or to come back at once', async () => {
    const none = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    for (const headers of [{}, { 'retry-after': '0' }]) expect(await lostOf80({ budget: none }, headers)).toBe(60);
    expect(await lostOf80({ ...LLM, budget: none }, { 'retry-after': '1' })).toBe(0);
  });

  test('an outage with Retry-After is charged', async () => {
    await using server = await flakyServer({ status: 503, headers: { 'retry-after': '1' } });
    const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    expect((await quickFetch({ budget })(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });
});
