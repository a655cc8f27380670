import type { GiveUpReason } from '@stamina/core';
import { type MatchResult, matchGiveUps, matchRetries } from './match.ts';

/** The matchers that `expect(recorder)` has in Vitest and Jest. */
export interface RetryMatchers<Result = void> {
  /** Expects this number of retries, those of all calls together. Without a number, expects at least one. */
  toHaveRetried(times?: number): Result;
  /** Expects that a call gave up, for this reason if there is one. */
  toHaveGivenUp(reason?: GiveUpReason): Result;
}

type Matcher = (received: unknown, expected?: unknown) => MatchResult;

/** The matchers in the form that `expect.extend` takes. */
export const matchers: { readonly [Name in keyof RetryMatchers]: Matcher } = {
  toHaveRetried: matchRetries,
  toHaveGivenUp: matchGiveUps,
};
