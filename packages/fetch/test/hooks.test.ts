import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import {
  addRetryHook,
  type GiveUpDetails,
  type RecoverDetails,
  type RetryDetails,
  type SettleDetails,
  setActive,
  setTesting,
} from '@stamina/core';
import { HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { quickFetch } from './support/quick-fetch.ts';

describe('hooks', () => {
  test('get at most 1,000 names, and OTHER for all further ones', async () => {
    // The limit is one of the module.
    vi.resetModules();
    const { retryingFetch } = await import('@stamina/fetch');
    const names: (string | undefined)[] = [];
    const fetch = retryingFetch({
      attempts: 2,
      waitInitial: 0,
      waitJitter: 0,
      fetch: async () => new Response(null, { status: 503 }),
      onRetry: ({ name }) => void names.push(name),
    });
    for (let host = 0; host <= 1_001; host++) await fetch(`http://host-${host}.test`);
    await fetch('http://host-0.test');
    expect(names.slice(998)).toEqual(['GET host-998.test', 'GET host-999.test', 'OTHER', 'OTHER', 'GET host-0.test']);
  });

  test.each([1, 2, 3])(
    'get the same for a `Request` with a body as for a string, with %i attempts',
    async (attempts) => {
      await using server = await flakyServer({ status: 503 });
      const endsOf = async (send: (fetch: typeof globalThis.fetch) => Promise<Response>): Promise<unknown[]> => {
        const ends: unknown[] = [];
        const fetch = quickFetch({
          attempts,
          onGiveUp: ({ reason }) => void ends.push(reason),
          onRecover: () => void ends.push('recovered'),
        });
        return [(await send(fetch)).status, ...ends];
      };
      const init = { method: 'PUT', body: 'hello' };
      const ends = await endsOf((fetch) => fetch(new Request(server.url, init)));
      expect(ends).toEqual([503, 'attempts']);
      expect(ends).toEqual(await endsOf((fetch) => fetch(server.url, init)));
    },
  );

  test('get an HttpStatusError for a response', async () => {
    await using server = await flakyServer([
      { status: 429, headers: { 'retry-after': '0', 'x-id': '1' } },
      { status: 503 },
      {},
    ]);
    const causes: unknown[] = [];
    await quickFetch({ onRetry: ({ causedBy }) => void causes.push(causedBy) })(server.url);
    const [first, second] = causes as [HttpStatusError, HttpStatusError];
    expect(first).toBeInstanceOf(HttpStatusError);
    expect(first).toBeInstanceOf(Error);
    expect(first).toMatchObject({
      name: 'HttpStatusError',
      status: 429,
      retryAfter: 0,
      message: `GET ${new URL(server.url).host} answered 429`,
    });
    expect(first.response.headers.get('x-id')).toBe('1');
    expect(second).toMatchObject({ status: 503, retryAfter: undefined });
  });

  test('get a status error that can be printed without secrets', async () => {
    await using server = await flakyServer([{ status: 503, headers: { 'set-cookie': 'id=secret' } }, {}]);
    const causes: unknown[] = [];
    await quickFetch({ onRetry: ({ causedBy }) => void causes.push(causedBy) })(`${server.url}/?token=secret`);
    expect(causes).toMatchObject([{ response: { status: 503 } }]);
    expect(inspect(causes, { depth: Infinity })).toContain('503');
    expect(inspect(causes, { depth: Infinity })).not.toContain('secret');
  });

  test('get the error itself for an error', async () => {
    await using server = await flakyServer([{ reset: true }, {}]);
    const causes: unknown[] = [];
    const recoveries: RecoverDetails[] = [];
    await quickFetch({
      onRetry: ({ causedBy }) => void causes.push(causedBy),
      onRecover: (details) => void recoveries.push(details),
    })(server.url);
    expect(causes).toEqual([expect.objectContaining({ message: 'fetch failed' })]);
    expect(recoveries).toHaveLength(1);
  });

  test('know the HttpStatusError of the other build', async () => {
    const common = createRequire(import.meta.url)('@stamina/fetch') as typeof import('@stamina/fetch');
    expect(common.HttpStatusError).not.toBe(HttpStatusError);
    await using server = await flakyServer([{ status: 503 }, {}, { status: 503 }, {}]);
    const causes: unknown[] = [];
    const options = { waitMax: 0, onRetry: ({ causedBy }: RetryDetails) => void causes.push(causedBy) };
    await common.retryingFetch(options)(server.url);
    await retryingFetch(options)(server.url);
    for (const cause of causes) {
      expect(cause).toBeInstanceOf(HttpStatusError);
      expect(cause).toBeInstanceOf(common.HttpStatusError);
      expect(inspect(cause)).not.toContain('Symbol');
    }
    expect(causes).toHaveLength(2);
    class Own extends HttpStatusError {}
    for (const other of [causes[0], new Error('no'), null, 'text']) expect(other).not.toBeInstanceOf(Own);
    for (const other of [new Error('no'), null, 'text']) expect(other).not.toBeInstanceOf(HttpStatusError);
  });

  test('hear the end of each call, even if it was not retried', async () => {
    await using server = await flakyServer([
      {},
      { status: 404 },
      { status: 503 },
      {},
      { status: 503 },
      { status: 503 },
    ]);
    const ends: SettleDetails[] = [];
    const fetch = quickFetch({ attempts: 2, onSettle: (details) => void ends.push(details) });
    for (let call = 0; call < 4; call++) await fetch(server.url);
    const name = `GET ${new URL(server.url).host}`;
    expect(ends).toMatchObject([
      { name, attempt: 1, reason: undefined },
      { name, attempt: 1, reason: undefined },
      { name, attempt: 2, reason: undefined },
      { name, attempt: 2, reason: 'attempts' },
    ]);
  });

  test('leave the last body to the caller', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const gaveUp: GiveUpDetails[] = [];
    const response = await quickFetch({ attempts: 2, onGiveUp: (details) => void gaveUp.push(details) })(server.url);
    expect(gaveUp).toEqual([expect.objectContaining({ reason: 'attempts' })]);
    expect(gaveUp[0]?.causedBy).toHaveProperty('response', response);
    expect(await response.text()).toBe('busy');
  });

  test('get one error object per response', async () => {
    await using server = await flakyServer({ status: 503 });
    const retries: RetryDetails[] = [];
    const gaveUp: GiveUpDetails[] = [];
    const options = {
      attempts: 3,
      onRetry: (details: RetryDetails) => void retries.push(details),
      onGiveUp: (details: GiveUpDetails) => void gaveUp.push(details),
    };
    await quickFetch(options)(server.url);
    const reported = [...retries, ...gaveUp].map(({ causedBy }) => causedBy);
    expect(new Set(reported).size).toBe(3);
    expect(gaveUp[0]?.errors.map((error, index) => error === reported[index])).toEqual([true, true, true]);
  });

  test('of the process are called as well', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const retries: RetryDetails[] = [];
    const hook = addRetryHook((details) => void retries.push(details));
    await quickFetch()(server.url);
    hook.dispose();
    expect(retries).toHaveLength(1);
  });

  test('that throw do not disturb the call', async () => {
    await using server = await flakyServer([{ status: 503 }, { body: 'hello' }]);
    const onRetry = (): never => {
      throw new Error('broken');
    };
    expectWarning(/retry hook/);
    expect(await (await quickFetch({ onRetry })(server.url)).text()).toBe('hello');
  });
});

describe('the name', () => {
  describe('`name`', () => {
    const namesOf = async (
      options: Parameters<typeof quickFetch>[0],
      path = '/users/7?token=secret',
    ): Promise<unknown[]> => {
      await using server = await flakyServer([{ status: 503 }, {}]);
      const names: string[] = [];
      await quickFetch({ ...options, onRetry: ({ name }) => void names.push(name) })(server.url + path, {
        method: 'delete',
      });
      return names.map((name) => name.replace(new URL(server.url).host, 'HOST'));
    };

    test('holds method and host, and no path, query or credentials', async () => {
      expect(await namesOf({})).toEqual(['DELETE HOST']);
      expect(await namesOf({}, '/a#b')).toEqual(['DELETE HOST']);
    });

    test('tells hosts apart whose URLs begin alike', async () => {
      const names: string[] = [];
      const fetch = quickFetch({
        fetch: async () => new Response(null, { status: 503 }),
        attempts: 2,
        onRetry: ({ name }) => void names.push(name),
      });
      const hosts = {
        'a.test/': 'a.test',
        'a.test.b/': 'a.test.b',
        'a.test:80/': 'a.test',
        'a.test:81/': 'a.test:81',
        'a.test@b.test/': 'b.test',
        'A.TEST': 'a.test',
        'a.test/a.test:81/': 'a.test',
        'a.test?a.test:81/': 'a.test',
      };
      await fetch('blob:http://a.test/id'); // This has the origin `http://a.test` but no host, and it is never retried.
      for (const url of Object.keys(hosts)) await fetch(`http://${url}`);
      expect(names).toEqual(Object.values(hosts).map((host) => `GET ${host}`));
    });

    test('can be a string', async () => {
      expect(await namesOf({ name: 'users' })).toEqual(['users']);
    });

    test('can be a function of the request', async () => {
      expect(await namesOf({ name: ({ method, url }) => `${method} ${url.pathname.split('/')[1]}` })).toEqual([
        'DELETE users',
      ]);
    });
  });
});

describe('modes', () => {
  test('inactive calls send everything once', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const mode = setActive(false);
    try {
      const response = await retryingFetch()(new Request(server.url, { method: 'PUT', body: 'x' }));
      expect([response.status, await response.text(), server.requests.length]).toEqual([503, 'busy', 1]);
    } finally {
      mode.dispose();
    }
  });

  test('test mode sets the attempts and does not wait', async () => {
    await using server = await flakyServer({ status: 503, headers: { 'retry-after': '10' } });
    const mode = setTesting(true, { attempts: 6 });
    try {
      const request = new Request(server.url, { method: 'PUT', body: 'hello' });
      expect((await retryingFetch()(request)).status).toBe(503);
      expect(server.requests.map(({ body }) => body)).toEqual(Array(6).fill('hello'));
    } finally {
      mode.dispose();
    }
  });
});
