// This code must not compile. Each error is expected on a line of its own.
import { getRetryCounter, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import { Registry, register } from 'prom-client';

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
