import { inspect } from 'node:util';
import { addRetryHook, type GiveUpDetails, type RecoverDetails, type RetryDetails } from '@stamina/core';
import { HttpStatusError } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { quickFetch } from './support/quick-fetch.ts';

describe('hooks', () => {
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
