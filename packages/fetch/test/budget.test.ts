import { type RetryBudget, retryBudget } from '@stamina/core';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
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
  test('limits retries to a reserve and a tenth', async () => {
    await using server = await flakyServer({ status: 503 });
    const retries = await retriesOf(quickFetch(), server.url, 200, server);
    // The reserve is 10 and grows by 1 a second. The 200 calls allow 20 retries more.
    expect(retries).toBeGreaterThanOrEqual(28);
    expect(retries).toBeLessThanOrEqual(34);
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
    await retriesOf(fetch, `${server.url}/a`, 50, server);
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
    for (let i = 0; i < 30; i++) await fetch('http://down.test');
    expect(await exhausted(fetch, 'http://down.test')).toBe(true);
    for (let i = 0; i < 999; i++) await fetch(`http://a${i}.test`);
    expect(await exhausted(fetch, 'http://down.test')).toBe(true);
    for (let i = 0; i < 1_000; i++) await fetch(`http://b${i}.test`);
    expect(await exhausted(fetch, 'http://down.test')).toBe(false);
  });

  test('can be shared by all origins', async () => {
    await using a = await flakyServer({ status: 503 });
    await using b = await flakyServer({ status: 503 });
    const fetch = quickFetch({ budget: retryBudget({ ratio: 0, minPerSecond: 0.2 }) });
    await fetch(a.url);
    await fetch(b.url);
    expect(a.requests.length + b.requests.length).toBe(4);
  });

  test('can be found by a function', async () => {
    await using server = await flakyServer({ status: 503 });
    const none = retryBudget({ ratio: 0, minPerSecond: 0 });
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
