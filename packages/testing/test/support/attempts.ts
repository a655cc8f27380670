import { retry } from '@stamina/core';
import { flaky } from '@stamina/testing';

/** Returns how many attempts a call makes whose policy allows 5 and which always fails. */
export async function countAttempts(): Promise<number> {
  const load = flaky(async () => {}, { failures: Number.POSITIVE_INFINITY });
  await retry({ on: Error, attempts: 5, waitMax: 0 })(load)().catch(() => {});
  return load.calls.length;
}
