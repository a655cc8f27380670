import { afterEach, beforeEach, expect } from '@jest/globals';
import { matchers, type RetryMatchers } from './recording/assertions.ts';
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

/** The part of the state of Jest that is used here. */
interface JestState {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[] } | null;
}

/**
 * Returns whether the running test of Jest has failed, or `undefined` if that is not known.
 *
 * Jest does not tell its hooks whether the test failed. But its runner keeps its state in a global property. The symbol
 * of that property is not exported, so this finds it by its description. Other runners, such as jest-jasmine2, have no
 * such property.
 */
function hasTestFailed(): boolean | undefined {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL');
  const state = key && (globalThis as { readonly [key]?: JestState })[key];
  const errors = state?.currentlyRunningTest?.errors;
  return errors && errors.length > 0;
}
