import { GiveUpReason } from "@stamina/core";
interface RetryMatchers<Result = void> {
    toHaveRetried(times?: number): Result;
    toHaveGivenUp(reason?: GiveUpReason): Result;
}
declare global {
    namespace Chai {
        interface Assertion extends RetryMatchers {
        }
    }
}
