interface TemporalDurationLike {
    total(unit: {
        unit: "milliseconds";
    }): number;
}
interface DurationObject {
    days?: number | undefined;
    hours?: number | undefined;
    minutes?: number | undefined;
    seconds?: number | undefined;
    milliseconds?: number | undefined;
}
type Duration = TemporalDurationLike | DurationObject;
interface RetryBudget {
    readonly balance: number;
    deposit(): void;
    withdraw(): boolean;
}
type ErrorClass = (abstract new (...args: never[]) => unknown) | NewableFunction;
interface WaitFloor {
    readonly atLeast: number | Duration;
}
type RetryAnswer = boolean | number | Duration | WaitFloor;
type RetryPredicate = (error: unknown) => RetryAnswer | PromiseLike<RetryAnswer>;
type GiveUpReason = "aborted" | "unmatched" | "attempts" | "timeout" | "budget";
type DisposeKey = SymbolConstructor extends {
    readonly dispose: infer Key extends symbol;
} ? Key : never;
type DisposableLike = {
    dispose(): void;
} | {
    readonly [Key in DisposeKey]: () => void;
};
interface CallDetails {
    readonly name: string;
    readonly args: readonly unknown[];
    readonly attempt: number;
    readonly waitedSoFar: number;
    readonly causedBy: unknown;
    readonly attempts: number;
    readonly timeout: number;
}
interface RetryDetails extends CallDetails {
    readonly retryNum: number;
    readonly waitFor: number;
}
interface RecoverDetails extends CallDetails {
    readonly elapsed: number;
}
interface GiveUpDetails extends RecoverDetails {
    readonly reason: GiveUpReason;
    readonly errors: readonly unknown[];
}
type Hook<Details, Result> = ((details: Details) => void) | ((details: Details) => Result | PromiseLike<void>);
type OnRetry = Hook<RetryDetails, DisposableLike>;
type OnGiveUp = Hook<GiveUpDetails, never>;
type OnRecover = Hook<RecoverDetails, never>;
interface RetryOptions {
    on: ErrorClass | RetryPredicate | readonly (ErrorClass | RetryPredicate)[];
    attempts?: number | undefined;
    timeout?: number | Duration | undefined;
    waitInitial?: number | Duration | undefined;
    waitMax?: number | Duration | undefined;
    waitJitter?: number | Duration | undefined;
    waitExpBase?: number | undefined;
    name?: string | undefined;
    signal?: AbortSignal | undefined;
    attemptTimeout?: number | Duration | undefined;
    budget?: RetryBudget | undefined;
    unref?: boolean | undefined;
    onRetry?: OnRetry | undefined;
    onGiveUp?: OnGiveUp | undefined;
    onRecover?: OnRecover | undefined;
}
interface SimulatedWorld {
    now(): number;
    random(): number;
}
interface SimulatedFailure {
    readonly error?: unknown;
    readonly timedOut?: boolean | undefined;
}
interface SimulatedCall {
    fail(failure?: SimulatedFailure): number | GiveUpReason;
}
interface RetrySimulation {
    readonly attempts: number;
    readonly timeout: number;
    readonly attemptTimeout: number;
    begin(): SimulatedCall;
}
declare function retrySimulation(options: RetryOptions, world: SimulatedWorld): RetrySimulation;
export { type GiveUpReason, type RetryOptions, RetrySimulation, SimulatedCall, SimulatedFailure, SimulatedWorld, retrySimulation };
