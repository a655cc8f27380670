import { afterEach, beforeEach, expect } from '@jest/globals';
import { matchers, type RetryMatchers } from './matchers.ts';
import { setUp } from './set-up.ts';

// The types of `@types/jest`.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: declarations of one interface must have the same parameters.
    interface Matchers<R, T = {}> extends RetryMatchers<R> {}
  }
}
// Those of `@jest/globals`, from a package that is not there without it. The form of the comment is one that the build keeps.
// biome-ignore lint/suspicious/noTsIgnore: it is an error for some users, and none for others.
/** @ts-ignore */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends RetryMatchers<R> {}
}

if (beforeEach === undefined) {
  throw new Error(
    '@stamina/testing/jest must be in the list `setupFilesAfterEnv` of the configuration of Jest; not in `setupFiles`, before there are tests',
  );
}
// Without a parameter, which Jest would take for a callback that it has to wait for.
setUp(
  (run) => beforeEach(() => run()),
  (run) => afterEach(() => run()),
);
expect.extend(matchers as never);
