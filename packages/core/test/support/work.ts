import type { RetryOptions } from '@stamina/core';
import { type LibraryOptions, libraryPolicy, type RetryableCall } from '@stamina/core/library';
import { expect, type Mock, vi } from 'vitest';
import { type CallOptions, finish, type Surface, type Work } from './surfaces.ts';

/** Makes work that throws the errors in turn, and then returns `'done'`. */
export function failing(...errors: unknown[]): Mock<Work> {
  const work = vi.fn<Work>(() => 'done');
  for (const error of errors) {
    work.mockImplementationOnce(() => {
      throw error;
    });
  }
  return work;
}

/** Makes work that always throws the given value, or an error with the message `always`. */
export function hopeless(...given: [thrown?: unknown]): Mock<Work> {
  const thrown = given.length > 0 ? given[0] : new Error('always');
  return vi.fn<Work>(() => {
    throw thrown;
  });
}

/** Calls `work` once through `surface`, and lets time pass until the call has settled. */
export function settle(surface: Surface, options: RetryOptions, work: Work, own?: CallOptions): Promise<unknown> {
  return finish(surface.prepare(options, work)(own));
}

/** Returns the reason that `call` rejects with. Fails the test if it does not reject. */
export function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('the call succeeds'),
    (error: unknown) => error,
  );
}

/** Returns the details that a hook was called with, call by call. */
export function detailsOf<Details>(hook: Mock<(details: Details) => void>): Details[] {
  return hook.mock.calls.map(([details]) => details);
}

/** Waits until the signal is aborted, and then rejects with its reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** Returns what `run` throws, or `undefined` if it returns. */
export function failureOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

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
