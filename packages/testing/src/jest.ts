import { afterEach, beforeEach, expect } from '@jest/globals';
import { matchers, type RetryMatchers } from './recording/matchers.ts';
import { hasTestFailed } from './runners/jest-state.ts';
import { setUp } from './runners/set-up.ts';

// Adds the matchers to the types of `@types/jest`.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: all declarations of an interface must have the same type parameters.
    interface Matchers<R, T = {}> extends RetryMatchers<R> {}
  }
}
// Adds the matchers to the types of `@jest/globals`. These types come from the package `expect`, which users of
// `@types/jest` may not have, so the error is ignored. The build keeps `@ts-ignore` only in a `/** */` comment.
// biome-ignore lint/suspicious/noTsIgnore: the line is an error for some users and correct for others.
/** @ts-ignore */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RetryMatchers<R> {}
}

if (beforeEach === undefined) {
  throw new Error(
    '@stamina/testing/jest must be in the list `setupFilesAfterEnv` of the Jest configuration; `setupFiles` runs before tests can have hooks',
  );
}
// The hooks have no parameter. If they had one, Jest would pass a callback and wait until it is called.
setUp(
  (run) => beforeEach(() => run()),
  (run) => afterEach(() => run('', hasTestFailed())),
);
expect.extend(matchers as never);
