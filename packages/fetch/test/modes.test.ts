import { setActive, setTesting } from '@stamina/core';
import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { expect, test } from 'vitest';

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
