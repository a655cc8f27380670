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

// The rest must not compile. Each error is expected on a line of its own.

// @ts-expect-error The registry is an option, not the first parameter.
prometheusHook(register);
// @ts-expect-error The prefix is an option too.
prometheusHook('shop_');
// @ts-expect-error The option is misspelt.
prometheusHook({ register });
// @ts-expect-error There is no option for buckets.
prometheusHook({ buckets: [1, 5] });
// @ts-expect-error The class is no registry.
prometheusHook({ registry: Registry });
// @ts-expect-error `null` is no registry.
prometheusHook({ registry: null });
// @ts-expect-error The prefix is a string.
prometheusHook({ prefix: 5 });
// @ts-expect-error The number of retries is a number, not a string.
prometheusHook({ maxRetryNum: '5' });
// @ts-expect-error There is one parameter only.
prometheusHook({}, {});

// @ts-expect-error The registry is the parameter itself, not an option.
getRetryCounter({ registry: register });
// @ts-expect-error The prefix is the second parameter.
getRetryCounter('shop_');
// @ts-expect-error The counter has no such label.
getRetryCounter().inc({ route: '/' });

export function misuse(options: PrometheusHookOptions): void {
  // @ts-expect-error Options are read-only.
  options.prefix = 'shop_';
}
