import { Counter, CounterConfiguration } from "prom-client";
import { RetryListener } from "@stamina/core";
type MetricsRegistry = NonNullable<CounterConfiguration<string>["registers"]>[number];
interface PrometheusHookOptions {
    readonly registry?: MetricsRegistry | undefined;
    readonly prefix?: string | undefined;
    readonly maxRetryNum?: number | undefined;
}
declare function prometheusHook(options?: PrometheusHookOptions): RetryListener;
declare function getRetryCounter(registry?: MetricsRegistry): Counter<"callable" | "retry_num" | "error_type">;
export { type MetricsRegistry, type PrometheusHookOptions, getRetryCounter, prometheusHook };
