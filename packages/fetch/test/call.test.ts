import { retry, retryBudget } from '@stamina/core';
import { fetch, HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

describe('the outcome of a call', () => {
  test('a success is the untouched response itself', async () => {
    await using server = await flakyServer({ body: 'hello', headers: { 'x-id': '1' } });
    const made: Response[] = [];
    const fetch = quickFetch({
      fetch: async (...args) => {
        const response = await globalThis.fetch(...args);
        made.push(response);
        return response;
      },
    });
    const response = await fetch(server.url);
    expect(response).toBe(made[0]);
    expect(response.bodyUsed).toBe(false);
    expect([response.url, response.headers.get('x-id')]).toEqual([`${server.url}/`, '1']);
    expect(await response.text()).toBe('hello');
  });

  test('the last response is readable when attempts run out', async () => {
    await using server = await flakyServer([
      { status: 503, body: 'one' },
      { status: 502, body: 'two' },
    ]);
    const response = await quickFetch({ attempts: 2 })(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([502, 'two', 2]);
  });

  test('there are four attempts by default', async () => {
    await using server = await flakyServer({ status: 503 });
    await quickFetch()(server.url);
    expect(server.requests).toHaveLength(4);
  });

  test('the last response is readable when the budget runs out', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const budget = retryBudget({ ratio: 0, reserve: 1, minPerSecond: 0 });
    const response = await quickFetch({ budget })(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([503, 'busy', 2]);
  });

  test('the last response is returned if no wait fits', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const begun = performance.now();
    const response = await retryingFetch({ waitInitial: 10_000, waitMax: 60_000, timeout: 5_000 })(server.url);
    expect([response.status, await response.text()]).toEqual([503, 'busy']);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  describe('if a late timer leaves no time for the retry', () => {
    const block = (): void => {
      const until = performance.now() + 400;
      while (performance.now() < until);
    };
    const fetch = retryingFetch({
      waitInitial: 100,
      waitJitter: 0,
      timeout: 300,
      onRetry: () => void setTimeout(block, 60),
    });

    test('the last response is returned and readable', async () => {
      await using server = await flakyServer({ status: 503, body: 'busy', headers: { 'x-id': '1' } });
      const response = await fetch(server.url);
      expect([response.status, response.url, response.headers.get('x-id')]).toEqual([503, `${server.url}/`, '1']);
      expect(await response.text()).toBe('busy');
      expect(server.requests).toHaveLength(1);
    });

    test('the last response keeps a reason phrase that is not Latin-1', async () => {
      await using server = await flakyServer({
        raw: 'HTTP/1.1 503 Überlastet 過負荷\r\ncontent-length: 4\r\n\r\nbusy',
      });
      const response = await fetch(server.url);
      expect([response.status, response.statusText]).toEqual([503, 'Überlastet 過負荷']);
      expect(await response.text()).toBe('busy');
    });

    test('the last response is returned even without a global `Response`', async () => {
      await using server = await flakyServer({ status: 503, body: 'busy' });
      vi.stubGlobal('Response', undefined);
      const response = await fetch(server.url).finally(() => vi.unstubAllGlobals());
      expect([response.status, response.url]).toEqual([503, `${server.url}/`]);
    });

    test('a body that was cut off cannot be read', async () => {
      await using server = await flakyServer({ status: 503, body: 'busy', drip: 40 });
      const response = await fetch(server.url);
      expect(response.status).toBe(503);
      await expect(response.text()).rejects.toThrow(
        'the body is gone: it was cut off for a retry, but the call gave up',
      );
    });
  });

  test('a slow response is returned even though `timeout` has passed', async () => {
    await using server = await flakyServer({ body: 'hello', delay: 100 });
    expect(await (await quickFetch({ timeout: 20 })(server.url)).text()).toBe('hello');
  });

  test('an error after a retried response is thrown', async () => {
    await using server = await flakyServer([{ status: 503 }, { reset: true }]);
    await expect(quickFetch({ attempts: 2 })(server.url)).rejects.toThrow('fetch failed');
  });

  test('a response after an error is returned', async () => {
    await using server = await flakyServer([{ reset: true }, { status: 404 }]);
    expect((await quickFetch()(server.url)).status).toBe(404);
  });

  test('a status error is never thrown', async () => {
    await using server = await flakyServer({ status: 500 });
    const result: unknown = await quickFetch()(server.url).catch((error: unknown) => error);
    expect(result).toBeInstanceOf(Response);
    expect(result).not.toBeInstanceOf(HttpStatusError);
  });

  test('`fetch` retries with the default options', async () => {
    await using server = await flakyServer([{ status: 503, headers: { 'retry-after-ms': '1' } }, { body: 'hello' }]);
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });
});

test('`timeout` interrupts no attempt', async () => {
  await using server = await flakyServer([{ status: 503, delay: 100 }, {}]);
  expect((await quickFetch({ timeout: 50 })(server.url)).status).toBe(503);
  expect(server.requests).toHaveLength(1);
});

describe('a call beside other retries', () => {
  test('is not retried once `stop` is aborted', async () => {
    await using server = await flakyServer({ status: 503 });
    const controller = new AbortController();
    const fetch = quickFetch({ stop: controller.signal, onRetry: () => controller.abort() });
    expect((await fetch(server.url)).status).toBe(503);
    expect((await fetch(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(2);
  });

  test('ends a wait with the last response once `stop` is aborted', async () => {
    await using server = await flakyServer({ status: 503, headers: { 'retry-after': '30' }, body: 'busy' });
    const controller = new AbortController();
    const fetch = retryingFetch({
      stop: controller.signal,
      onRetry: () => void setImmediate(() => controller.abort()),
    });
    expect(await (await fetch(server.url)).text()).toBe('busy');
  });

  test('is noticed inside a call of core', async () => {
    const attempts = vi.fn(() => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })));
    const fetch = quickFetch({ fetch: attempts, attempts: 3 });
    await expect(retry({ on: Error, nested: false }).run(() => fetch('http://localhost'))).rejects.toThrow(
      'fetch failed',
    );
    expect(attempts).toHaveBeenCalledTimes(3);
  });
});
