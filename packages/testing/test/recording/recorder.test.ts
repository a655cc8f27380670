import { addRetryHook, getRetryHooks, retry } from '@stamina/core';
import { flaky, recordRetries, withTesting } from '@stamina/testing';
import { expect, test } from 'vitest';
import { countAttempts } from '../support/attempts.ts';

const load = (failures: number) => {
  const fn = flaky(async (id: number) => ({ id }), { failures, error: TypeError });
  return () => withTesting({ attempts: 3 }, () => retry({ on: TypeError, name: 'load' })(fn)(1));
};

test('a recorder lists retries and recoveries', async () => {
  using recorder = recordRetries();
  await load(2)();
  expect(recorder.retries).toMatchObject([
    { name: 'load', args: [1], attempt: 1, retryNum: 1, waitFor: 0, attempts: 3 },
    { name: 'load', args: [1], attempt: 2, retryNum: 2 },
  ]);
  expect(recorder.recoveries).toMatchObject([{ name: 'load', attempt: 3 }]);
  expect(recorder.giveUps).toEqual([]);
});

test('a recorder lists calls that gave up', async () => {
  using recorder = recordRetries();
  await expect(load(3)()).rejects.toThrow(TypeError);
  expect(recorder.retries.length).toBe(2);
  expect(recorder.recoveries).toEqual([]);
  expect(recorder.giveUps).toMatchObject([{ name: 'load', reason: 'attempts', attempt: 3 }]);
  expect(recorder.giveUps[0]?.errors.length).toBe(3);
});

test('a disposed recorder records nothing more', async () => {
  const before = getRetryHooks();
  const recorder = recordRetries();
  await load(2)();
  recorder.dispose();
  expect(getRetryHooks()).toEqual(before);
  await load(1)();
  expect(recorder.retries.length).toBe(2);
});

test('a recorder affects no other hook or recorder', async () => {
  const retryNums: number[] = [];
  using _ = addRetryHook(({ retryNum }) => retryNums.push(retryNum));
  using one = recordRetries();
  await load(1)();
  using two = recordRetries();
  await load(2)();
  expect(retryNums).toEqual([1, 1, 2]);
  expect([one.retries.length, two.retries.length]).toEqual([3, 2]);
});

test('a recorder in a scope ignores other calls', async () => {
  using all = recordRetries();
  const count = (most: number) =>
    withTesting({ attempts: most }, async () => {
      using own = recordRetries();
      await countAttempts();
      await withTesting({ attempts: 2 }, countAttempts);
      return own.retries.length;
    });
  expect(await Promise.all([count(3), count(7)])).toEqual([3, 7]);
  expect(all.retries.length).toBe(10);
});

test('a turn of the event loop keeps the scope', async () => {
  await withTesting({ attempts: 2_500 }, async () => {
    using recorder = recordRetries();
    await countAttempts();
    expect(recorder.retries.length).toBe(2_499);
  });
});
