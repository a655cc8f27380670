import { GiveUpReason } from "@stamina/core";
interface RetryMatchers<Result = void> {
    toHaveRetried(times?: number): Result;
    toHaveGivenUp(reason?: GiveUpReason): Result;
}
declare global {
    namespace jest {
        interface Matchers<R, T = {}> extends RetryMatchers<R> {
        }
    }
}
declare module "expect" {
    interface Matchers<R extends void | Promise<void>, T = unknown> extends RetryMatchers<R> {
    }
}
