import { lowMs } from '../decision/backoff.ts';
import { warnOnce } from '../events/host.ts';
import type { Policy } from './options.ts';

/** The key of the warning, so that it comes only once. */
const SECONDS = {};

/**
 * Warns of a `timeout` that was probably meant as seconds. It is a number below 1,000, and either no wait is as long as
 * 10 ms, or the first wait would already be longer than the timeout. A policy without waits is meant for tests.
 *
 * @param timeout the option as it was given. A duration names its unit, so it is never a mistake
 */
export function warnOfSeconds(timeout: unknown, policy: Policy): void {
  const { waitMax } = policy;
  if (typeof timeout !== 'number' || waitMax === 0) return;
  if (waitMax >= 10 && timeout >= lowMs(policy, 1)) return;
  warnOnce(SECONDS, () => [
    `timeout: ${timeout} means ${timeout} ms. Did you mean seconds?`,
    `Write { seconds: ${timeout} }, or { milliseconds: ${timeout} } if you mean it.`,
  ]);
}
