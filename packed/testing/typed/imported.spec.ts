// Imports Jest's functions, with its types.
import { expect, test } from '@jest/globals';
import { retry } from '@stamina/core';
import { flaky, recordRetries, withTesting } from '@stamina/testing';

class HttpError extends Error {}

test('a call has one attempt', async () => {
  const load = flaky(async (id: number) => ({ id }), { error: HttpError });
  await expect(retry({ on: HttpError })(load)(1)).rejects.toThrow(HttpError);
  expect(load.calls).toEqual([[1]]);
});

test('the matchers are typed', async () => {
  const recorder = recordRetries();
  const load = flaky(async (id: number) => ({ id }), { failures: 2, error: HttpError });
  const user = await withTesting({ attempts: 3 }, () => retry({ on: HttpError })(load)(1));
  expect(user.id).toBe(1);
  expect(recorder).toHaveRetried(2);
  expect(recorder).not.toHaveGivenUp('attempts');
  // @ts-expect-error There is no such reason.
  expect(() => expect(recorder).toHaveGivenUp('bored')).toThrow(TypeError);
});
