import {
  addRetryHook,
  type GiveUpDetails,
  type RecoverDetails,
  type RetryDetails,
  setActive,
  setTesting,
} from '@stamina/core';
import { HttpStatusError, retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { expectWarning } from '../../../vitest.setup.ts';
import { quickFetch } from './quick-fetch.ts';

describe('hooks', () => {
  test('are told of an answer by an HttpStatusError', async () => {
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

  test('are told of an error by the error', async () => {
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

  test('are told of the last answer too, whose body stays the callers', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const gaveUp: GiveUpDetails[] = [];
    const response = await quickFetch({ attempts: 2, onGiveUp: (details) => void gaveUp.push(details) })(server.url);
    expect(gaveUp).toEqual([expect.objectContaining({ reason: 'attempts' })]);
    expect(gaveUp[0]?.causedBy).toHaveProperty('response', response);
    expect(await response.text()).toBe('busy');
  });

  test('are told of the same answer by the same error at each event', async () => {
    await using server = await flakyServer({ status: 503 });
    const retries: RetryDetails[] = [];
    const gaveUp: GiveUpDetails[] = [];
    const options = {
      attempts: 3,
      onRetry: (details: RetryDetails) => void retries.push(details),
      onGiveUp: (details: GiveUpDetails) => void gaveUp.push(details),
    };
    await quickFetch(options)(server.url);
    const told = [...retries, ...gaveUp].map(({ causedBy }) => causedBy);
    expect(new Set(told).size).toBe(3);
    expect(gaveUp[0]?.errors.map((error, index) => error === told[index])).toEqual([true, true, true]);
  });

  test('of the process are told as well', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const told: RetryDetails[] = [];
    const hook = addRetryHook((details) => void told.push(details));
    await quickFetch()(server.url);
    hook.dispose();
    expect(told).toHaveLength(1);
  });

  test('that fail disturb nothing', async () => {
    await using server = await flakyServer([{ status: 503 }, { body: 'hello' }]);
    const onRetry = (): never => {
      throw new Error('broken');
    };
    expectWarning(/retry hook/);
    expect(await (await quickFetch({ onRetry })(server.url)).text()).toBe('hello');
  });
});

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

  test('is method and host: never path, query or credentials', async () => {
    expect(await namesOf({})).toEqual(['DELETE HOST']);
    expect(await namesOf({}, '/a#b')).toEqual(['DELETE HOST']);
  });

  test('is of each request alone, however alike their URLs begin', async () => {
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
    await fetch('blob:http://a.test/id'); // Never retried, and of no host, although its origin is `http://a.test`.
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

describe('`on`', () => {
  test('is asked about errors that are not transient', async () => {
    let calls = 0;
    const strange = new Error('strange');
    const asked: unknown[] = [];
    const fetch = quickFetch({
      on: (error) => {
        asked.push(error);
        return true;
      },
      fetch: async () => {
        if (++calls < 3) throw strange;
        return new Response('hello');
      },
    });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
    expect(asked).toEqual([strange, strange]);
  });

  test('is not asked about what is retried anyway, nor about answers', async () => {
    await using server = await flakyServer([{ reset: true }, { status: 503 }, { status: 404 }]);
    const asked: unknown[] = [];
    const on = (error: unknown): boolean => {
      asked.push(error);
      return false;
    };
    await quickFetch({ on })(server.url);
    expect(asked).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  test('can be a class, or an array', async () => {
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

  test('says how long to wait', async () => {
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

describe('modes', () => {
  test('inactive: everything is sent once, and the answer comes back', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const mode = setActive(false);
    try {
      const response = await retryingFetch()(new Request(server.url, { method: 'PUT', body: 'x' }));
      expect([response.status, await response.text(), server.requests.length]).toEqual([503, 'busy', 1]);
    } finally {
      mode.dispose();
    }
  });

  test('testing: no wait, and as many attempts as it says', async () => {
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
