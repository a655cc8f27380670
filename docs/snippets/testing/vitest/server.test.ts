import { retryingFetch } from '@stamina/fetch';
import { flakyServer, withTesting } from '@stamina/testing';
import { expect, test } from 'vitest';

test('a dropped connection and a 503 are survived', async () => {
  await using server = await flakyServer([
    { reset: true },
    { status: 503 },
    { body: 'hello' },
  ]);
  const fetch = retryingFetch();

  const response = await withTesting({ attempts: 3 }, () => fetch(server.url));

  expect(await response.text()).toBe('hello');
  expect(server.requests).toHaveLength(3);
});
