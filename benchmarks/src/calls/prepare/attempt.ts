import { type AttemptContext, retry } from '@lifeomic/attempt';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0 }) => {
  const handleError = (error: unknown, context: AttemptContext): void => {
    if (!(error instanceof Error)) context.abort();
  };
  const options = { maxAttempts: 10, delay: waitMs, handleError };
  return () => retry(fn, options);
};
