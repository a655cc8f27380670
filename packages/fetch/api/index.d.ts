import { Duration, RetryBudget, RetryOptions } from "@stamina/core";
type FetchLike = (...args: Parameters<typeof globalThis.fetch>) => ReturnType<typeof globalThis.fetch>;
type Input = Parameters<FetchLike>[0];
type Init = NonNullable<Parameters<FetchLike>[1]>;
type FetchBody = NonNullable<Init["body"]>;
type BodyFunction = () => FetchBody | PromiseLike<FetchBody>;
type RetryingInit = Omit<Init, "body"> & {
    body?: Init["body"] | BodyFunction | undefined;
};
type NameFunction = (request: {
    readonly method: string;
    readonly url: URL;
}) => string;
type BudgetFunction = (url: URL) => RetryBudget | undefined;
interface RetryingFetchOptions extends Omit<RetryOptions, "on" | "name" | "budget"> {
    attempts?: number | undefined;
    methods?: readonly string[] | undefined;
    statuses?: readonly number[] | undefined;
    on?: RetryOptions["on"] | undefined;
    attemptTimeout?: number | Duration | undefined;
    budget?: RetryBudget | BudgetFunction | false | undefined;
    name?: string | NameFunction | undefined;
    fetch?: FetchLike | undefined;
}
type FetchResponse = Awaited<ReturnType<typeof globalThis.fetch>>;
declare class HttpStatusError extends Error {
    override readonly name: string;
    readonly status: number;
    readonly response: FetchResponse;
    readonly retryAfter: number | undefined;
    constructor(message: string, response: FetchResponse, retryAfter: number | undefined);
}
type Fetch = typeof globalThis.fetch;
interface RetryingFetch extends Fetch {
    (input: Input, init?: RetryingInit): Promise<FetchResponse>;
}
declare function retryingFetch(options?: RetryingFetchOptions): RetryingFetch;
declare function isTransient(error: unknown): boolean;
declare const fetch: RetryingFetch;
export { type BodyFunction, type BudgetFunction, type FetchBody, type FetchLike, type FetchResponse, HttpStatusError, type NameFunction, type RetryingFetch, type RetryingFetchOptions, type RetryingInit, fetch, isTransient, retryingFetch };
