import { isActive, isTesting, setTesting } from '@stamina/core';
import { withoutRetries, withTesting } from '@stamina/testing';
import { expect, test, vi } from 'vitest';
import { attempts } from './attempts.ts';

// As in a browser. A file of tests has a process of its own, and so nothing else made a storage.
vi.mock('node:async_hooks', () => ({ AsyncLocalStorage: undefined }));

test('without AsyncLocalStorage, a setting holds for all until the callback has settled', async () => {
  let settle = (_value: number): void => {};
  const pending = withTesting(
    { attempts: 3 },
    () =>
      new Promise<number>((resolve) => {
        settle = resolve;
      }),
  );
  expect([isTesting(), await attempts()]).toEqual([true, 3]);
  settle(7);
  expect(await pending).toBe(7);
  expect([isTesting(), await attempts()]).toEqual([false, 5]);
});

test('without AsyncLocalStorage, what was is restored when the callback returns, throws or rejects', async () => {
  using _ = setTesting(true, { attempts: 2 });
  expect(withoutRetries(() => isActive())).toBe(false);
  expect(() =>
    withoutRetries(() => {
      throw new Error('thrown');
    }),
  ).toThrow('thrown');
  expect(isActive()).toBe(true);
  await expect(withoutRetries(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
  expect([isActive(), await attempts()]).toEqual([true, 2]);
});
