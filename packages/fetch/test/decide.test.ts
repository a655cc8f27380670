import { createHash } from 'node:crypto';
import { type RetryingFetchOptions, retryingFetch, type ShouldRetry } from '@stamina/fetch';
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

type Answer = Awaited<ReturnType<ShouldRetry>>;

/** Makes a call about whose first response `shouldRetry` says `answer`. Returns the requests, the status and the wait. */
async function ask(answer: unknown, step: object = { status: 503 }, init: RequestInit = {}, options = {}) {
  await using server = await flakyServer([step, { body: 'hello' }]);
  const waits: number[] = [];
  const answers = [answer, undefined];
  const fetch = quickFetch({
    ...options,
    shouldRetry: () => answers.shift() as Answer,
    onRetry: ({ waitFor }) => void waits.push(waitFor),
  } as RetryingFetchOptions);
  const response = await fetch(server.url, init);
  return { requests: server.requests.length, status: response.status, wait: waits[0] };
}

describe('shouldRetry', () => {
  test('`true` retries any status', async () => {
    for (const status of [200, 404, 503]) {
      expect(await ask(true, { status })).toEqual({ requests: 2, status: 200, wait: 0 });
    }
  });

  test('`false` ends the call with the response', async () => {
    const step = { status: 503, headers: { 'x-should-retry': 'true', 'retry-after': '0' } };
    expect(await ask(false, step)).toMatchObject({ requests: 1, status: 503 });
  });

  test('`undefined` leaves it to the header and the statuses', async () => {
    expect(await ask(undefined)).toMatchObject({ requests: 2 });
    expect(await ask(undefined, { status: 404 })).toMatchObject({ requests: 1 });
    expect(await ask(undefined, { status: 503, headers: { 'x-should-retry': 'false' } })).toMatchObject({
      requests: 1,
    });
  });

  test('a wait, `{ atLeast }` and promises are answers', async () => {
    expect(await ask(3)).toMatchObject({ requests: 2, wait: 3 });
    expect(await ask({ milliseconds: 4 })).toMatchObject({ requests: 2, wait: 4 });
    expect(await ask({ atLeast: 5 })).toMatchObject({ requests: 2, wait: 5 });
    expect(await ask(Promise.resolve(true), { status: 404 })).toMatchObject({ requests: 2 });
  });

  test('`true` waits as long as the server asks', async () => {
    const step = { status: 200, headers: { 'retry-after-ms': '9' } };
    expect(await ask(true, step)).toMatchObject({ requests: 2, wait: 9 });
  });

  test('`true` does not open the method gate', async () => {
    expect(await ask(true, { status: 503 }, { method: 'POST' })).toMatchObject({ requests: 1, status: 503 });
    const init = { method: 'POST', headers: { 'idempotency-key': '1' } };
    expect(await ask(true, { status: 404 }, init)).toMatchObject({ requests: 2 });
  });

  test('gets the response, and the method and the URL of the request', async () => {
    await using server = await flakyServer({ body: 'hello', headers: { 'x-id': '7' } });
    const seen: unknown[] = [];
    const shouldRetry: ShouldRetry = ({ status, headers }, { method, url }) => {
      seen.push(status, headers.get('x-id'), method, url.href);
      return undefined;
    };
    await quickFetch({ shouldRetry })(`${server.url}/a?b`, { method: 'put' });
    expect(seen).toEqual([200, '7', 'PUT', `${server.url}/a?b`]);
  });

  test('may read a clone, and leaves the response readable', async () => {
    const error = JSON.stringify({ error: { code: 'insufficient_quota' } });
    const fetch = quickFetch({
      shouldRetry: async (response) => {
        const { error } = (await response.clone().json()) as { error?: { code: string } };
        if (error?.code === 'insufficient_quota') return false;
        return error ? true : undefined;
      },
    });
    await using quota = await flakyServer({ status: 429, body: error });
    expect(await (await fetch(quota.url)).text()).toBe(error);
    expect(quota.requests).toHaveLength(1);
    await using inside = await flakyServer([{ body: '{"error":{"code":"overloaded"}}' }, { body: '{"ok":1}' }]);
    expect(await (await fetch(inside.url)).json()).toEqual({ ok: 1 });
  });

  test('keeps no connection open if it leaves clones unread', async () => {
    await using server = await flakyServer((request) =>
      request.num % 2 ? { status: 503, body: 'x'.repeat(200_000) } : { body: 'ok' },
    );
    const fetch = quickFetch({ budget: false, shouldRetry: (response) => void response.clone() });
    for (let call = 0; call < 20; call++) await (await fetch(server.url)).text();
    await expect.poll(() => server.connections.open).toBeLessThan(10);
  });

  test('must not read the response itself', async () => {
    await using server = await flakyServer({ body: 'hello' });
    const fetch = quickFetch({ shouldRetry: async (response) => void (await response.text()) });
    await expect(fetch(server.url)).rejects.toThrow(
      '`shouldRetry` must not read the body of `response`; read `response.clone()`',
    );
  });

  test.each([null, 'yes', Number.NaN])('%o is refused', async (answer) => {
    const message = '`shouldRetry(response)` must be true, false, undefined, a finite wait or { atLeast: wait }, got';
    await expect(ask(answer)).rejects.toThrow(message);
  });

  test('ends the call with its own error', async () => {
    await using server = await flakyServer({ status: 503 });
    const error = new Error('broken');
    const shouldRetry = (): never => {
      throw error;
    };
    await expect(quickFetch({ shouldRetry })(server.url)).rejects.toBe(error);
    expect(server.requests).toHaveLength(1);
  });

  test('is interrupted by the signal of the caller', async () => {
    await using server = await flakyServer({});
    const fetch = retryingFetch({ shouldRetry: () => new Promise<never>(() => {}) });
    await expect(fetch(server.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  });
});
