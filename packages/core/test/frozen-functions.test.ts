import { addRetryHook, retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { expect, test, vi } from 'vitest';

// Hardened programs, such as those of SES, freeze all functions. A frozen function has the `prototype` of a class.

const policy = retry({ on: () => 0 });

test('a frozen function may be retried', async () => {
  const work = Object.freeze(function work() {
    return 'done';
  });
  expect(await policy.run(work)).toBe('done');
  expect(await policy(work)()).toBe('done');
  expect(retrySync({ on: Error }).run(work)).toBe('done');
});

test('a frozen async generator may be retried', async () => {
  const numbers = policy(
    Object.freeze(async function* numbers() {
      yield 1;
    }),
  );
  for await (const value of numbers()) expect(value).toBe(1);
});

test('a frozen function may be a hook', async () => {
  const called = vi.fn();
  const hook = Object.freeze(function hook() {
    called();
  });
  using _ = addRetryHook(hook);
  await policy.run(({ num }) => (num === 1 ? Promise.reject(new Error('once')) : num));
  expect(called).toHaveBeenCalledTimes(1);
});
