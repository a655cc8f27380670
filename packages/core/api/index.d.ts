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
interface RetryBudgetOptions {
    ratio?: number | undefined;
    minPerSecond?: number | undefined;
    window?: number | Duration | undefined;
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
type Disposer = {
    dispose(): void;
} & {
    readonly [Key in DisposeKey]: () => void;
};
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
interface RetryListener {
    onRetry?: OnRetry | undefined;
    onGiveUp?: OnGiveUp | undefined;
    onRecover?: OnRecover | undefined;
}
type RetryHook = OnRetry | RetryListener;
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
interface Attempt {
    readonly num: number;
    readonly nextWait: number;
    readonly signal: AbortSignal;
}
declare function setRetryHooks(hooks: readonly RetryHook[]): void;
declare function getRetryHooks(): readonly RetryHook[];
declare function addRetryHook(hook: RetryHook): Disposer;
interface RunOptions {
    signal?: AbortSignal | undefined;
    name?: string | undefined;
}
declare function retryBudget(options?: RetryBudgetOptions): RetryBudget;
declare function isActive(): boolean;
declare function setActive(active: boolean): Disposer;
declare function isTesting(): boolean;
declare function setTesting(testing: boolean, options?: {
    attempts?: number | undefined;
    cap?: boolean | undefined;
}): Disposer;
interface BlockAttempt extends Attempt {
    fail(error: unknown): void;
}
interface RetryBlock extends AsyncIterable<BlockAttempt> {
    readonly options: RetryOptions;
}
declare function retryContext(options: RetryOptions): RetryBlock;
type AnyAsyncGenerator = AsyncGenerator<any, any, any>;
type Asynchronous = (...args: any[]) => Promise<any> | AsyncIterable<any> | AnyAsyncGenerator;
type IsKept<Result> = [
    Promise<Awaited<Result>>
] extends [
    Result
] ? [
    Result
] extends [
    never
] ? true : [
    unknown
] extends [
    Result
] ? false : true : [
    AsyncGenerator<never, never, any>
] extends [
    Result
] ? true : [
    Result
] extends [
    never
] ? false : [
    Result
] extends [
    AnyAsyncGenerator
] ? true : false;
type IsGenerator<Result> = [
    Result
] extends [
    never
] ? false : [
    unknown
] extends [
    Result
] ? false : [
    Result
] extends [
    Generator<any, any, any>
] ? true : false;
type Alone<IsRefused> = [
    IsRefused
] extends [
    true
] ? [
    never
] : [
    context?: never
];
type Not<Answer> = [
    Answer
] extends [
    false
] ? true : false;
type IfKept<Fn extends Asynchronous, Argument> = [
    IsKept<ReturnType<Fn>>
] extends [
    false
] ? unknown extends ReturnType<Fn> ? Argument : never : Argument;
type Retried<Fn extends Asynchronous> = IsKept<ReturnType<Fn>> extends true ? Fn : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;
interface Retry {
    readonly options: RetryOptions;
    run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
    <Fn extends Asynchronous>(fn: Fn, ...alone: Alone<Not<IsKept<ReturnType<Fn>>>>): Fn;
    <This, Args extends unknown[], Result, Own extends object>(fn: ((this: This, ...args: Args) => Result) & Own, ...alone: keyof Own extends never ? [
        never
    ] : Alone<IsGenerator<Result>>): ((this: This, ...args: Args) => Promise<Awaited<Result>>) & Pick<Own, keyof Own>;
    <This, Args extends unknown[], Result>(fn: (this: This, ...args: Args) => Result, ...alone: Alone<IsGenerator<Result>>): (this: This, ...args: Args) => Promise<Awaited<Result>>;
    <This, Fn extends Asynchronous>(method: Fn, context: IfKept<Fn, ClassMethodDecoratorContext<This, Fn>>): Fn;
    <Fn extends Asynchronous>(target: object, key: IfKept<Fn, string | symbol>, descriptor: TypedPropertyDescriptor<Fn>): TypedPropertyDescriptor<Fn>;
}
declare function retry(options: RetryOptions): Retry;
export { type Attempt, type BlockAttempt, type CallDetails, type DisposableLike, type Disposer, type Duration, type DurationObject, type ErrorClass, type GiveUpDetails, type GiveUpReason, type OnGiveUp, type OnRecover, type OnRetry, type RecoverDetails, type Retried, type Retry, type RetryAnswer, type RetryBlock, type RetryBudget, type RetryBudgetOptions, type RetryDetails, type RetryHook, type RetryListener, type RetryOptions, type RetryPredicate, type RunOptions, type TemporalDurationLike, type WaitFloor, addRetryHook, getRetryHooks, isActive, isTesting, retry, retryBudget, retryContext, setActive, setRetryHooks, setTesting };
