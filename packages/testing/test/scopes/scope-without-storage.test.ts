import { isActive, isTesting, setTesting } from '@stamina/core';
import { withoutRetries, withTesting } from '@stamina/testing';
import { expect, test, vi } from 'vitest';
import { countAttempts } from '../support/calls.ts';

// Browsers have no such storage. This file has a process of its own, so no other test has created one.
vi.mock('node:async_hooks', () => ({ AsyncLocalStorage: undefined }));

test('settings apply to all calls until the callback settles', async () => {
  let settle = (_value: number): void => {};
  const pending = withTesting(
    { attempts: 3 },
    () =>
      new Promise<number>((resolve) => {
        settle = resolve;
      }),
  );
  expect([isTesting(), await countAttempts()]).toEqual([true, 3]);
  settle(7);
  expect(await pending).toBe(7);
  expect([isTesting(), await countAttempts()]).toEqual([false, 5]);
});

test('settings are restored when the callback returns, throws or rejects', async () => {
  using _ = setTesting(true, { attempts: 2 });
  expect(withoutRetries(() => isActive())).toBe(false);
  expect(() =>
    withoutRetries(() => {
      throw new Error('thrown');
    }),
  ).toThrow('thrown');
  expect(isActive()).toBe(true);
  await expect(withoutRetries(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
  expect([isActive(), await countAttempts()]).toEqual([true, 2]);
});
