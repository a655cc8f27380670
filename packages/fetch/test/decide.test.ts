import { createHash } from 'node:crypto';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch, REFUSED_URL } from './support/quick-fetch.ts';

describe('a response', () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527, 529])('%i is retried', async (status) => {
    await using server = await flakyServer([{ status }, { body: 'hello' }]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([200, 'hello', 2]);
  });

  test.each([400, 401, 403, 404, 409, 410, 413, 422, 501, 505, 525, 526, 530])('%i is passed on', async (status) => {
    await using server = await flakyServer([{ status, body: 'no' }, {}]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([status, 'no', 1]);
  });

  test('413 is retried if it has Retry-After', async () => {
    await using server = await flakyServer([{ status: 413, headers: { 'retry-after': '0' } }, { body: 'hello' }]);
    expect(await (await quickFetch()(server.url)).text()).toBe('hello');
  });

  test.each(['soon', '-5', ''])('413 is passed on if its Retry-After is %j', async (value) => {
    await using server = await flakyServer([{ status: 413, body: 'no', headers: { 'retry-after': value } }, {}]);
    const response = await quickFetch()(server.url);
    expect([response.status, await response.text(), server.requests.length]).toEqual([413, 'no', 1]);
  });

  test('`statuses` replaces the default list', async () => {
    await using server = await flakyServer([{ status: 409 }, { status: 503 }]);
    const response = await quickFetch({ statuses: [409] })(server.url);
    expect([response.status, server.requests.length]).toEqual([503, 2]);
  });

  test('`statuses` may be a function of the default list', async () => {
    const given: unknown[] = [];
    const statuses = (defaults: readonly number[]): number[] => {
      given.push(defaults);
      return [...defaults, 409];
    };
    await using server = await flakyServer([{ status: 409 }, { status: 503 }, {}]);
    const response = await quickFetch({ statuses })(server.url);
    expect([response.status, server.requests.length]).toEqual([200, 3]);
    expect(given).toEqual([[408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527, 529]]);
  });

  test('is retried even if the request has an `integrity`', async () => {
    await using server = await flakyServer([{ status: 503, body: 'busy' }, { body: 'hello' }]);
    const hash = createHash('sha256').update('hello').digest('base64');
    const response = await quickFetch()(server.url, { integrity: `sha256-${hash}` });
    expect([await response.text(), server.requests.length]).toEqual(['hello', 2]);
  });

  test('no status is retried if the list is empty', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    expect((await quickFetch({ statuses: [] })(server.url)).status).toBe(503);
  });
});

describe('an error', () => {
  test.each([
    ['a reset connection', { reset: true }],
    ['a closed connection', { close: true }],
  ] as const)('%s is retried', async (_, step) => {
    await using server = await flakyServer([step, step, { body: 'hello' }]);
    expect(await (await quickFetch()(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(3);
  });

  test('a refused connection throws the last error', async () => {
    const errors: unknown[] = [];
    const fetch = quickFetch({
      fetch: (...args) =>
        globalThis.fetch(...args).catch((error) => {
          errors.push(error);
          throw error;
        }),
    });
    const error = await fetch(REFUSED_URL).catch((error: unknown) => error);
    expect(errors).toHaveLength(4);
    expect(error).toBe(errors[3]);
  });

  test('a body that breaks off is not retried', async () => {
    await using server = await flakyServer([{ body: 'hello', truncate: 2 }, { body: 'hello' }]);
    const response = await quickFetch()(server.url);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(server.requests).toHaveLength(1);
  });
});

describe('on', () => {
  test('`on` is called with errors that are not transient', async () => {
    let calls = 0;
    const strange = new Error('strange');
    const seen: unknown[] = [];
    const fetch = quickFetch({
      on: (error) => {
        seen.push(error);
        return true;
      },
      fetch: async () => {
        if (++calls < 3) throw strange;
        return new Response('hello');
      },
    });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
    expect(seen).toEqual([strange, strange]);
  });

  test('`on` is not called for transient errors and responses', async () => {
    await using server = await flakyServer([{ reset: true }, { status: 503 }, { status: 404 }]);
    const seen: unknown[] = [];
    const on = (error: unknown): boolean => {
      seen.push(error);
      return false;
    };
    await quickFetch({ on })(server.url);
    expect(seen).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  test('`on` can be a class or an array', async () => {
    class Strange extends Error {}
    for (const on of [Strange, [RangeError, Strange]]) {
      let calls = 0;
      const fetch = quickFetch({
        on,
        fetch: async () => {
          if (++calls < 3) throw new Strange();
          return new Response('hello');
        },
      });
      expect(await (await fetch('http://a.test')).text()).toBe('hello');
    }
  });

  test('`on` can return how long to wait', async () => {
    const waits: number[] = [];
    let calls = 0;
    const fetch = quickFetch({
      on: () => 3,
      onRetry: ({ waitFor }) => void waits.push(waitFor),
      fetch: async () => {
        if (++calls === 1) throw new Error();
        return new Response();
      },
    });
    await fetch('http://a.test');
    expect(waits).toEqual([3]);
  });
});
