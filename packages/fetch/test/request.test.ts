import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

describe('a request', () => {
  test('is the same for a string, a URL and a Request', async () => {
    await using server = await flakyServer((request) => ({ status: request.num % 2 ? 503 : 200, body: request.path }));
    const fetch = quickFetch();
    const answers = await Promise.all([
      (await fetch(`${server.url}/a?b=1`)).text(),
      (await fetch(new URL(`${server.url}/a?b=1`))).text(),
      (await fetch(new Request(`${server.url}/a?b=1`))).text(),
    ]);
    expect(answers).toEqual(['/a?b=1', '/a?b=1', '/a?b=1']);
    expect(server.requests).toHaveLength(6);
  });

  test('init takes precedence over the Request', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const request = new Request(server.url, { headers: { a: '1' }, method: 'DELETE' });
    await quickFetch()(request, { method: 'PUT', headers: { b: '2' }, body: 'x' });
    for (const { method, headers, body } of server.requests) {
      expect([method, headers.a, headers.b, body]).toEqual(['PUT', undefined, '2', 'x']);
    }
    expect(server.requests).toHaveLength(2);
  });

  test('the referrer of a Request is kept', async () => {
    const seen: unknown[] = [];
    const fetch = quickFetch({
      fetch: async (_, init) => {
        seen.push([init?.referrer, init?.referrerPolicy]);
        return new Response();
      },
    });
    const referrer = 'https://a.test/page';
    await fetch(new Request('https://a.test', { referrer, referrerPolicy: 'origin' }));
    await fetch(new Request('https://a.test', { referrer }), { referrer: '', referrerPolicy: 'no-referrer' });
    await fetch(new Request('https://a.test'));
    expect(seen).toEqual([
      [referrer, 'origin'],
      ['', 'no-referrer'],
      [undefined, undefined],
    ]);
  });

  test('a Request can be passed as init', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    await quickFetch()(`${server.url}/other`, new Request(server.url, { method: 'DELETE', headers: { a: '1' } }));
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers.a])).toEqual([
      ['DELETE', '/other', '1'],
      ['DELETE', '/other', '1'],
    ]);
  });

  test('later attempts ignore what the caller changes in the meantime', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const url = new URL(`${server.url}/a`);
    const headers = new Headers({ a: '1' });
    const init = { method: 'PUT', headers };
    const fetch = quickFetch({
      onRetry: () => {
        url.pathname = '/b';
        init.method = 'DELETE';
        headers.set('a', '2');
      },
    });
    await fetch(url, init);
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers.a])).toEqual([
      ['PUT', '/a', '1'],
      ['PUT', '/a', '1'],
    ]);
  });

  test('later attempts ignore a change of an array in the headers', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const values = ['1', '2'];
    const headers = { a: values } as unknown as Record<string, string>;
    const call = quickFetch()(server.url, { headers });
    values.push('3');
    await call;
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1,2', '1,2']);
  });

  test('headers from an iterator are sent with each attempt', async () => {
    await using server = await flakyServer([{ status: 503 }, {}]);
    const headers = new Map([['a', '1']]).entries() as unknown as HeadersInit;
    await quickFetch()(server.url, { headers });
    expect(server.requests.map(({ headers }) => headers.a)).toEqual(['1', '1']);
  });

  test('options that only a runtime knows reach each attempt', async () => {
    const seen: unknown[] = [];
    const dispatcher = {};
    const fetch = quickFetch({
      fetch: async (_, init) => {
        seen.push((init as { dispatcher?: unknown }).dispatcher);
        return new Response('', { status: seen.length === 1 ? 503 : 200 });
      },
    });
    await fetch('http://a.test', { dispatcher } as RequestInit);
    expect(seen).toEqual([dispatcher, dispatcher]);
  });
});
