import type { GiveUpReason } from '@stamina/core';
import { type MatchResult, matchGiveUps, matchRetries } from './match.ts';

/** The matchers that `expect(recorder)` has in Vitest and Jest. They throw a TypeError for anything but a recorder. */
export interface RetryMatchers<Result = void> {
  /** Expects this number of retries in all recorded calls together. Without a number, expects at least one retry. */
  toHaveRetried(times?: number): Result;
  /** Expects that a recorded call gave up for this reason, such as `'attempts'`. Without one, any reason counts. */
  toHaveGivenUp(reason?: GiveUpReason): Result;
}

type Matcher = (received: unknown, expected?: unknown) => MatchResult;

/** The matchers in the form that `expect.extend` takes. */
export const matchers: { readonly [Name in keyof RetryMatchers]: Matcher } = {
  toHaveRetried: matchRetries,
  toHaveGivenUp: matchGiveUps,
};
