import { retry } from '@stamina/core';
import { flaky } from '@stamina/testing';

/** How many attempts a call has whose policy asks for 5, and which fails for ever. */
export async function attempts(): Promise<number> {
  const load = flaky(async () => {}, { failures: Number.POSITIVE_INFINITY });
  await retry({ on: Error, attempts: 5, waitMax: 0 })(load)().catch(() => {});
  return load.calls.length;
}
