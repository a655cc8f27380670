import { type RetryOptions, retry } from '@stamina/core';

export class HttpError extends Error {}

/** Makes `count` errors. */
export const httpErrors = (count: number): HttpError[] => Array.from({ length: count }, () => new HttpError('503'));

const OPTIONS: RetryOptions = { on: () => 0, name: 'load' };

/** Makes a call whose first attempts fail with these errors, in turn. Resolves with the error that the call throws. */
export async function callFailing(options: Partial<RetryOptions>, errors: readonly unknown[]): Promise<unknown> {
  const left = [...errors];
  const call = retry({ ...OPTIONS, ...options }).run(() => {
    if (left.length > 0) throw left.shift();
  });
  return call.catch((error: unknown) => error);
}
