import { retry } from '@stamina/core';
import { withTesting } from '@stamina/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it stops after 45 seconds', async () => {
  const policy = retry({ on: Error, attempts: Infinity });
  const begun = performance.now();
  const call = withTesting(false, () =>
    policy.run(() => Promise.reject(new Error('down'))),
  );
  const failed = expect(call).rejects.toThrow('down');

  await vi.runAllTimersAsync();

  await failed;
  expect(performance.now() - begun).toBeLessThanOrEqual(45_000);
});
