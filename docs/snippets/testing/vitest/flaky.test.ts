import { retry } from '@stamina/core';
import { flaky, recordRetries, withTesting } from '@stamina/testing';
import { expect, test } from 'vitest';

class Unavailable extends Error {}

test('a user is loaded in spite of two failures', async () => {
  using recorder = recordRetries();
  const load = flaky(async (id: string) => ({ id, name: 'Ada' }), {
    failures: 2,
    error: Unavailable,
  });
  const policy = retry({ on: Unavailable });

  const user = await withTesting({ attempts: 3 }, () =>
    policy.run(() => load('7')),
  );

  expect(user.name).toBe('Ada');
  expect(load.calls).toHaveLength(3);
  expect(recorder).toHaveRetried(2);
});

test('it gives up in the end', async () => {
  using recorder = recordRetries();
  const load = flaky(async () => 'Ada', {
    failures: Infinity,
    error: Unavailable,
  });

  await expect(
    withTesting({ attempts: 3 }, () => retry({ on: Unavailable }).run(load)),
  ).rejects.toThrow(Unavailable);

  expect(recorder).toHaveGivenUp('attempts');
});
