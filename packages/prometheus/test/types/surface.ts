// Uses everything that the package exports, as users do. Nothing here runs. It must compile without Node's
// types too, and with the oldest supported TypeScript and prom-client.
import { addRetryHook, type RetryListener, retry, setRetryHooks } from '@stamina/core';
import { getRetryCounter, type MetricsRegistry, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import '@stamina/prometheus/register';
import { type Counter, Registry, register } from 'prom-client';

/** `true` if both types are the same, and `false` otherwise. */
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
prometheusHook({ registry: undefined, prefix: undefined, maxRetryNum: undefined, calls: undefined });
prometheusHook({ calls: true, callables: ['loadUser'], maxCallables: 100, errorType: () => undefined });

// The counter

const counter = getRetryCounter();
expectType<Same<typeof counter, Counter<'callable' | 'retry_num' | 'error_type'>>>();
getRetryCounter(new Registry());
getRetryCounter(undefined);
getRetryCounter(register, 'shop_stamina_');
counter.inc({ callable: 'load', retry_num: '1', error_type: 'HttpError' });

// Registries

const registry: MetricsRegistry = register;
getRetryCounter(registry);
prometheusHook({ registry });
