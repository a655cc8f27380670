import { Disposer, GiveUpDetails, GiveUpReason, RecoverDetails, RetryDetails } from "@stamina/core";
type RetryRecorder = Disposer & {
    readonly retries: readonly RetryDetails[];
    readonly giveUps: readonly GiveUpDetails[];
    readonly recoveries: readonly RecoverDetails[];
};
declare function recordRetries(): RetryRecorder;
declare function assertRetried(recorder: RetryRecorder, times?: number): void;
declare function assertGivenUp(recorder: RetryRecorder, reason?: GiveUpReason): void;
interface FlakyOptions {
    readonly failures?: number | readonly unknown[] | undefined;
    readonly error?: unknown;
}
type Flaky<Fn extends (...args: any[]) => unknown> = Fn & {
    readonly calls: readonly Parameters<Fn>[];
};
declare function flaky<Fn extends (...args: any[]) => unknown>(fn: Fn, options?: FlakyOptions): Flaky<Fn>;
interface FlakyTls {
    readonly key: string | Uint8Array;
    readonly cert: string | Uint8Array;
}
interface FlakyServerOptions {
    readonly tls?: FlakyTls | undefined;
}
interface FlakyRequest {
    readonly num: number;
    readonly connection: number;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly bytes: Uint8Array;
    readonly complete: boolean;
    readonly at: number;
}
interface Moment {
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
type Key = keyof (Moment & Answer & Endless & Truncation & Reset & Close & Hang);
type Maybe<T> = {
    readonly [K in keyof T]?: T[K] | undefined;
};
type Only<T> = T & Moment & {
    readonly [K in Exclude<Key, keyof (T & Moment)>]?: undefined;
};
type FlakyStep = Only<Answer & Maybe<Endless>> | Only<Answer & Truncation & Maybe<Reset>> | Only<Answer & Truncation & Maybe<Close>> | Only<Answer & Truncation & Maybe<Hang>> | Only<Reset> | Only<Close> | Only<Hang>;
type FlakyScript = FlakyStep | readonly FlakyStep[] | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);
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
    close(): Promise<void>;
} & {
    readonly [Key in AsyncDisposeKey]: () => Promise<void>;
};
declare function flakyServer(script: FlakyScript, options?: FlakyServerOptions): Promise<FlakyServer>;
interface TestingOptions {
    attempts?: number | undefined;
    cap?: boolean | undefined;
}
declare function withTesting<Result>(options: TestingOptions | false, fn: () => Result): Result;
declare function withoutRetries<Result>(fn: () => Result): Result;
export { type Flaky, type FlakyOptions, type FlakyRequest, type FlakyScript, type FlakyServer, type FlakyServerOptions, type FlakyStep, type FlakyTls, type RetryRecorder, type TestingOptions, assertGivenUp, assertRetried, flaky, flakyServer, recordRetries, withTesting, withoutRetries };
