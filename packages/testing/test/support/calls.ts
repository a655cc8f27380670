import { type RetryOptions, retry } from '@stamina/core';
import { flaky, type RetryRecorder, recordRetries, withTesting } from '@stamina/testing';

export class HttpError extends Error {}

/** Records one call of a function that fails `failures` times. The call may make `attempts` attempts. */
export async function record(
  failures: number,
  attempts: number,
  more: Partial<RetryOptions> = {},
): Promise<RetryRecorder> {
  const recorder = recordRetries();
  const load = flaky(async function loadUser() {}, { failures, error: () => new HttpError('status 503\nand more') });
  const call = retry({ on: HttpError, ...more })(load);
  await withTesting({ attempts }, () => call()).catch(() => {});
  return recorder;
}

/** Returns the message of an assertion that fails. */
export function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion did not fail');
}

/** Makes a call that always fails, with a policy of 5 attempts. Returns how many attempts it made. */
export async function countAttempts(): Promise<number> {
  const load = flaky(async () => {}, { failures: Number.POSITIVE_INFINITY });
  await retry({ on: Error, attempts: 5, waitMax: 0 })(load)().catch(() => {});
  return load.calls.length;
}
