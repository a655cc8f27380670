import { backOff } from 'exponential-backoff';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0 }) => {
  const retry = (error: unknown): boolean => error instanceof Error;
  const options = { numOfAttempts: 10, startingDelay: waitMs, timeMultiple: 1, retry };
  return () => backOff(fn, options);
};
