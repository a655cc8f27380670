import { retry } from '@stamina/core';
import { flaky } from '@stamina/testing';

/** Makes a call that always fails, with a policy of 5 attempts. Returns how many attempts it made. */
export async function countAttempts(): Promise<number> {
  const load = flaky(async () => {}, { failures: Number.POSITIVE_INFINITY });
  await retry({ on: Error, attempts: 5, waitMax: 0 })(load)().catch(() => {});
  return load.calls.length;
}
