import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

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
