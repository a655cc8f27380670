// Everything that the package exports, as a user may write it. Nothing here runs: it compiles,
// also without Node's types, under the oldest TypeScript promised, and with the oldest prom-client promised.
import { addRetryHook, type RetryListener, retry, setRetryHooks } from '@stamina/core';
import { getRetryCounter, type MetricsRegistry, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import '@stamina/prometheus/register';
import { type Counter, Registry, register } from 'prom-client';

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <T extends true>(): T | undefined => undefined;

// Hooks

const hook = prometheusHook();
expectType<Same<typeof hook, RetryListener>>();
setRetryHooks([hook, prometheusHook({ registry: new Registry() })]);
addRetryHook(prometheusHook());
void retry({ on: Error, ...hook });

const options: PrometheusHookOptions = { registry: register, prefix: 'shop_stamina_', maxRetryNum: 3 };
prometheusHook(options);
prometheusHook({});
prometheusHook({ registry: undefined, prefix: undefined, maxRetryNum: undefined });

// The counter

const counter = getRetryCounter();
expectType<Same<typeof counter, Counter<'callable' | 'retry_num' | 'error_type'>>>();
getRetryCounter(new Registry());
getRetryCounter(undefined);
counter.inc({ callable: 'load', retry_num: '1', error_type: 'HttpError' });

// Registries

const registry: MetricsRegistry = register;
getRetryCounter(registry);
prometheusHook({ registry });
