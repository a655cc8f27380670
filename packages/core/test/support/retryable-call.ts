import { type LibraryOptions, libraryPolicy, type RetryableCall } from '@stamina/core/library';
import { finish } from './surfaces.ts';

/** The error of the first attempt. */
export const error: Error = new Error('the first attempt');

/** Makes a call that retries every error, and succeeds with its second attempt. */
export function callOf<Result = string>(own: Partial<RetryableCall<Result>> = {}): RetryableCall<Result> {
  return { attempt: () => 'done' as Result, classify: () => true, ...own };
}

/** Begins a call whose first attempt fails with `error`, and lets time pass until the call has settled. */
export function retryOnce<Result = string>(
  options: LibraryOptions,
  own: Partial<RetryableCall<Result>> = {},
): Promise<unknown> {
  return finish(libraryPolicy(options).begin().retry(error, callOf(own)));
}
