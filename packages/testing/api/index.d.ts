interface FlakyRequest {
    readonly num: number;
    readonly connection: number;
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly at: number;
}
interface Pause {
    readonly delay?: number | undefined;
}
type StepKey = "status" | "headers" | "body" | "delay" | "reset" | "truncate" | "close" | "hang" | "drip";
type Alone<T> = T & {
    readonly [K in Exclude<StepKey, keyof T>]?: undefined;
};
type FlakyAnswer = Alone<Pause & {
    readonly status?: number | undefined;
    readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
    readonly body?: string | Uint8Array | undefined;
    readonly truncate?: number | undefined;
    readonly drip?: number | undefined;
}>;
type FlakyReset = Alone<Pause & {
    readonly reset: true;
}>;
type FlakyClose = Alone<Pause & {
    readonly close: true;
}>;
type FlakyHang = Alone<Pause & {
    readonly hang: true;
}>;
type FlakyStep = FlakyAnswer | FlakyReset | FlakyClose | FlakyHang;
type FlakyScript = FlakyStep | readonly FlakyStep[] | ((request: FlakyRequest) => FlakyStep | PromiseLike<FlakyStep>);
type AsyncDisposeKey = SymbolConstructor extends {
    readonly asyncDispose: infer S extends symbol;
} ? S : never;
type FlakyServer = {
    readonly url: string;
    readonly requests: readonly FlakyRequest[];
    close(): Promise<void>;
} & {
    readonly [K in AsyncDisposeKey]: () => Promise<void>;
};
declare function flakyServer(script: FlakyScript): Promise<FlakyServer>;
export { type FlakyAnswer, type FlakyClose, type FlakyHang, type FlakyRequest, type FlakyReset, type FlakyScript, type FlakyServer, type FlakyStep, flakyServer };
