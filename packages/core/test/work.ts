import type { RetryOptions } from '@stamina/core';
import { expect, type Mock, vi } from 'vitest';
import { finish, type Surface, type Work } from './surfaces.ts';

/** Work that throws the errors in turn, and then returns `'done'`. */
export function failing(...errors: unknown[]): Mock<Work> {
  const work = vi.fn<Work>(() => 'done');
  for (const error of errors) {
    work.mockImplementationOnce(() => {
      throw error;
    });
  }
  return work;
}

/** Work that never succeeds: throws what it is given, or an error that says `always`. */
export function hopeless(...given: [thrown?: unknown]): Mock<Work> {
  const thrown = given.length > 0 ? given[0] : new Error('always');
  return vi.fn<Work>(() => {
    throw thrown;
  });
}

/** Calls `work` once through `surface`, and lets time pass until the call has settled. */
export function settle(surface: Surface, options: RetryOptions, work: Work): Promise<unknown> {
  return finish(surface.prepare(options, work)());
}

/** What `call` is rejected with. */
export function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('the call succeeds'),
    (error: unknown) => error,
  );
}

/** What the first argument of each call was. */
export function told<Details>(hook: Mock<(details: Details) => void>): Details[] {
  return hook.mock.calls.map(([details]) => details);
}
