import { type GiveUpDetails, retry, retryContext, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, expect, test } from 'vitest';

const now = { on: Error, waitMax: 0 };

afterEach(() => setRetryHooks([]));

function failing(times: number): () => Promise<string> {
  let failures = 0;
  return async () => {
    if (failures++ < times) throw new Error(`failure ${failures}`);
    return 'done';
  };
}

test('run retries until the function succeeds', async () => {
  expect(await retry(now).run(failing(3))).toBe('done');
});

test('a wrapped function throws the last error as it is', async () => {
  const error = Object.freeze(new Error('always'));
  await expect(retry({ ...now, attempts: 3 })(async () => Promise.reject(error))()).rejects.toBe(error);
});

test('a block is retried until a turn does not fail', async () => {
  const work = failing(2);
  const nums: number[] = [];
  for await (const attempt of retryContext(now)) {
    nums.push(attempt.num);
    try {
      await work();
    } catch (error) {
      attempt.fail(error);
    }
  }
  expect(nums).toEqual([1, 2, 3]);
});

test('giving up tells the reason and the errors', async () => {
  const seen: GiveUpDetails[] = [];
  setRetryHooks([{ onGiveUp: (details) => void seen.push(details) }]);
  await expect(retry({ ...now, attempts: 2 }).run(failing(5))).rejects.toThrow('failure 2');
  expect(seen).toMatchObject([
    { reason: 'attempts', retryNum: 2, errors: [{ message: 'failure 1' }, { message: 'failure 2' }] },
  ]);
});

test('a synchronous function is retried in place', () => {
  let calls = 0;
  const result = retrySync(now).run(() => {
    if (++calls < 3) throw new Error('not yet');
    return calls;
  });
  expect(result).toBe(3);
});
