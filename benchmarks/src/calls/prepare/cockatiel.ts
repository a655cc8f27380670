import { ConstantBackoff, handleType, retry } from 'cockatiel';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0 }) => {
  const policy = retry(handleType(Error), { maxAttempts: 9, backoff: new ConstantBackoff(waitMs) });
  return () => policy.execute(fn);
};
