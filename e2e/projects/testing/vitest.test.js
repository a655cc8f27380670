import { flaky, recordRetries, withTesting } from '@stamina/testing';
import { expect, test } from 'vitest';
import { loadUser, Unavailable } from './users.cjs';

const error = new Unavailable('not yet');

test('nothing is retried unless a test asks for it', async () => {
  const source = flaky(() => 'Ada', { failures: 1, error });
  const recorder = recordRetries();
  await expect(loadUser(source)).rejects.toBe(error);
  expect(source.calls).toHaveLength(1);
  expect(recorder).not.toHaveRetried();
});

test('a test that asks for it gets its retries, without the waits', async () => {
  const recorder = recordRetries();
  const source = flaky(() => 'Ada', { failures: 2, error });
  expect(await withTesting({ attempts: 3 }, () => loadUser(source))).toBe('Ada');
  expect(recorder).toHaveRetried(2);
  await expect(withTesting({ attempts: 2 }, () => loadUser(flaky(() => 'Ada', { failures: 2, error })))).rejects.toBe(
    error,
  );
  expect(recorder).toHaveGivenUp('attempts');
});
