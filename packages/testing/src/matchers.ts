import type { GiveUpReason } from '@stamina/core';
import { judgeGiveUps, judgeRetries, type Verdict } from './verdict.ts';

/** What `expect(recorder)` can say, in Vitest and in Jest. */
export interface RetryMatchers<Result = void> {
  /** Expect so many retries, of all calls together; without a number, any. */
  toHaveRetried(times?: number): Result;
  /** Expect a call that gave up; for this reason, if you name one. */
  toHaveGivenUp(reason?: GiveUpReason): Result;
}

/** For `expect.extend`. */
export const matchers: { readonly [Name in keyof RetryMatchers]: (received: unknown, expected?: unknown) => Verdict } =
  {
    toHaveRetried: judgeRetries,
    toHaveGivenUp: judgeGiveUps,
  };
