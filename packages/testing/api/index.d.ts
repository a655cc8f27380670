import { Disposer, GiveUpDetails, GiveUpReason, RecoverDetails, RetryDetails, RetryOptions } from "@stamina/core";
interface FlakyOptions {
    readonly failures?: number | undefined;
    readonly error?: unknown;
    readonly errors?: readonly unknown[] | undefined;
}
type Flaky<Fn extends (...args: any[]) => unknown> = Fn & {
    readonly calls: readonly Parameters<Fn>[];
};
declare function flaky<Fn extends (...args: any[]) => unknown>(fn: Fn, options?: FlakyOptions): Flaky<Fn>;
type RetryRecorder = Disposer & {
    readonly retries: readonly RetryDetails[];
    readonly giveUps: readonly GiveUpDetails[];
    readonly recoveries: readonly RecoverDetails[];
};
declare function recordRetries(): RetryRecorder;
declare function assertRetried(recorder: RetryRecorder, times?: number): void;
declare function assertGivenUp(recorder: RetryRecorder, reason?: GiveUpReason): void;
interface TestingOptions {
    attempts?: number | undefined;
    cap?: boolean | undefined;
}
declare function withTesting<Result>(options: TestingOptions | false, fn: () => Result): Result;
declare function withoutRetries<Result>(fn: () => Result): Result;
interface FlakyRequest {
    readonly num: number;
    readonly connection: number;
    readonly reused: boolean;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly bytes: Uint8Array;
    readonly complete: boolean;
    readonly at: number;
}
interface Timing {
    readonly delay?: number | undefined;
    readonly read?: number | undefined;
}
interface Answer {
    readonly status?: number | undefined;
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
    readonly body?: string | Uint8Array | undefined;
    readonly drip?: number | undefined;
}
interface Endless {
    readonly endless: true;
}
interface Raw {
    readonly raw: string | Uint8Array;
    readonly drip?: number | undefined;
}
interface Truncation {
    readonly truncate: number;
}
interface Reset {
    readonly reset: true;
}
interface Close {
    readonly close: true;
}
interface Hang {
    readonly hang: true;
}
type Key = keyof (Timing & Answer & Raw & Endless & Truncation & Reset & Close & Hang);
type Maybe<T> = {
    readonly [K in keyof T]?: T[K] | undefined;
};
type Only<T> = T & Timing & {
    readonly [K in Exclude<Key, keyof (T & Timing)>]?: undefined;
};
type FlakyStep = Only<Answer & Maybe<Endless>> | Only<Answer & Truncation & Maybe<Reset>> | Only<Answer & Truncation & Maybe<Close>> | Only<Answer & Truncation & Maybe<Hang>> | Only<Raw & Maybe<Reset>> | Only<Raw & Maybe<Close>> | Only<Raw & Maybe<Hang>> | Only<Reset> | Only<Close> | Only<Hang>;
type FlakyScript = FlakyStep | readonly FlakyStep[] | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);
interface FlakyTls {
    readonly key: string | Uint8Array;
    readonly cert: string | Uint8Array;
}
interface FlakyServerOptions {
    readonly tls?: FlakyTls | undefined;
    readonly keepAliveTimeout?: number | undefined;
}
type AsyncDisposeKey = SymbolConstructor extends {
    readonly asyncDispose: infer Key extends symbol;
} ? Key : never;
type FlakyServer = {
    readonly url: string;
    readonly requests: FlakyRequest[];
    readonly connections: {
        readonly total: number;
        readonly open: number;
    };
    closeIdleConnections(): void;
    close(): Promise<void>;
} & {
    readonly [Key in AsyncDisposeKey]: () => Promise<void>;
};
declare function flakyServer(script: FlakyScript, options?: FlakyServerOptions): Promise<FlakyServer>;
interface Distribution {
    readonly min: number;
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
}
interface SimulateOptions {
    readonly failures?: number | undefined;
    readonly calls?: number | undefined;
    readonly seed?: number | undefined;
    readonly error?: unknown;
    readonly attemptTime?: number | undefined;
    readonly callsPerSecond?: number | undefined;
}
type SimulatedEnd = "success" | Exclude<GiveUpReason, "aborted"> | "endless";
interface SimulatedWaits extends Distribution {
    readonly retryNum: number;
    readonly calls: number;
}
interface Simulation {
    readonly worstCase: number;
    readonly totalTime: Distribution;
    readonly attempts: Distribution;
    readonly waits: readonly SimulatedWaits[];
    readonly ends: Readonly<Record<SimulatedEnd, number>>;
    readonly addedLoad: number;
    readonly addedLoadWithoutBudget: number;
}
declare function simulate(policy: RetryOptions | {
    readonly options: RetryOptions;
}, options?: SimulateOptions): Simulation;
export { type Distribution, type Flaky, type FlakyOptions, type FlakyRequest, type FlakyScript, type FlakyServer, type FlakyServerOptions, type FlakyStep, type FlakyTls, type RetryRecorder, type SimulateOptions, type SimulatedEnd, type SimulatedWaits, type Simulation, type TestingOptions, assertGivenUp, assertRetried, flaky, flakyServer, recordRetries, simulate, withTesting, withoutRetries };
