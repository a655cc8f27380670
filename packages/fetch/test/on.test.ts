import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

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
