import { GiveUpReason, RetryOptions } from "@stamina/core";
interface Distribution {
    readonly min: number;
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
}
interface FlakyTls {
    readonly key: string | Uint8Array;
    readonly cert: string | Uint8Array;
}
interface FlakyServerOptions {
    readonly tls?: FlakyTls | undefined;
    readonly keepAliveTimeout?: number | undefined;
}
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
type Key = keyof (Moment & Answer & Raw & Endless & Truncation & Reset & Close & Hang);
type Maybe<T> = {
    readonly [K in keyof T]?: T[K] | undefined;
};
type Only<T> = T & Moment & {
    readonly [K in Exclude<Key, keyof (T & Moment)>]?: undefined;
};
type FlakyStep = Only<Answer & Maybe<Endless>> | Only<Answer & Truncation & Maybe<Reset>> | Only<Answer & Truncation & Maybe<Close>> | Only<Answer & Truncation & Maybe<Hang>> | Only<Raw & Maybe<Reset>> | Only<Raw & Maybe<Close>> | Only<Raw & Maybe<Hang>> | Only<Reset> | Only<Close> | Only<Hang>;
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
    closeIdleConnections(): void;
    close(): Promise<void>;
} & {
    readonly [Key in AsyncDisposeKey]: () => Promise<void>;
};
declare function flakyServer(script: FlakyScript, options?: FlakyServerOptions): Promise<FlakyServer>;
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
export { type Distribution, type FlakyRequest, type FlakyScript, type FlakyServer, type FlakyServerOptions, type FlakyStep, type FlakyTls, type SimulateOptions, type SimulatedEnd, type SimulatedWaits, type Simulation, flakyServer, simulate };
