import pRetry from 'p-retry';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0, timeoutMs }) => {
  const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
  return () => pRetry(fn, options);
};
