import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

describe('`attemptTimeout`', () => {
  test('ends an attempt without headers, and another one follows', async () => {
    await using server = await flakyServer([{ hang: true }, { body: 'hello' }]);
    expect(await (await quickFetch({ attemptTimeout: 400 })(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(2);
  });

  test('ends an attempt whose fetch ignores the signal', async () => {
    let calls = 0;
    const fetch = quickFetch({
      attemptTimeout: 20,
      fetch: () => (++calls === 1 ? new Promise(() => {}) : Promise.resolve(new Response('hello'))),
    });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
    expect(calls).toBe(2);
  });

  test('rejects with a TimeoutError when attempts run out', async () => {
    await using server = await flakyServer({ hang: true });
    await expect(quickFetch({ attemptTimeout: { milliseconds: 300 }, attempts: 2 })(server.url)).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError', message: 'no answer within the `attemptTimeout` of 300 ms' }),
    );
    expect(server.requests).toHaveLength(2);
  });

  test('ends a POST, which is not sent again', async () => {
    await using server = await flakyServer([{ hang: true }, {}]);
    await expect(
      quickFetch({ attemptTimeout: 300, on: () => true })(server.url, { method: 'POST', body: 'x' }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.requests).toHaveLength(1);
  });

  test('does not limit the body', async () => {
    await using server = await flakyServer({ body: 'hello', drip: 120 });
    expect(await (await quickFetch({ attemptTimeout: 400 })(server.url)).text()).toBe('hello');
  });

  test('starts anew for each attempt', async () => {
    await using server = await flakyServer([
      { status: 503, delay: 250 },
      { status: 503, delay: 250 },
      { body: 'hello', delay: 250 },
    ]);
    expect(await (await quickFetch({ attemptTimeout: 600 })(server.url)).text()).toBe('hello');
  });

  test('may be longer than any timer', async () => {
    await using server = await flakyServer({ body: 'hello', delay: 20 });
    for (const attemptTimeout of [2 ** 31, Infinity, { days: 30 }]) {
      expect(await (await quickFetch({ attemptTimeout })(server.url)).text()).toBe('hello');
    }
  });
});
