import { Retry, StandardRetryStrategy } from '@smithy/util-retry';
import type { Prepare } from '../call.ts';

// A retry takes tokens from a bucket, which a load of nothing but failures would empty.
Retry.cost = () => 0;

/** As the clients of AWS use it: the loop around it is theirs. */
export const prepare: Prepare = (fn, { waitMs = 0 }) => {
  const backoff = { setDelayBase() {}, computeNextBackoffDelay: () => waitMs };
  const strategy = new StandardRetryStrategy({ maxAttempts: 10, backoff });
  return async () => {
    let token = await strategy.acquireInitialRetryToken('');
    for (;;) {
      try {
        const value = await fn();
        strategy.recordSuccess(token);
        return value;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
      }
    }
  };
};
