import promiseRetry from 'promise-retry';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0, timeoutMs }) => {
  const options = { retries: 9, factor: 1, minTimeout: waitMs, randomize: false, maxRetryTime: timeoutMs };
  return () =>
    promiseRetry(
      (retry) =>
        fn().catch((error: unknown) => {
          if (error instanceof Error) return retry(error);
          throw error;
        }),
      options,
    );
};
