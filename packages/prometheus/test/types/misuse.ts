// What must not compile, each on its narrowest line.
import { getRetryCounter, type PrometheusHookOptions, prometheusHook } from '@stamina/prometheus';
import { Registry, register } from 'prom-client';

// @ts-expect-error A registry is an option.
prometheusHook(register);
// @ts-expect-error So is a prefix.
prometheusHook('shop_');
// @ts-expect-error A misspelt option.
prometheusHook({ register });
// @ts-expect-error Buckets are not to choose.
prometheusHook({ buckets: [1, 5] });
// @ts-expect-error A registry, not its class.
prometheusHook({ registry: Registry });
// @ts-expect-error A registry, or nothing.
prometheusHook({ registry: null });
// @ts-expect-error A prefix is text.
prometheusHook({ prefix: 5 });
// @ts-expect-error A number of retries is a number.
prometheusHook({ maxRetryNum: '5' });
// @ts-expect-error One set of options.
prometheusHook({}, {});

// @ts-expect-error The registry itself.
getRetryCounter({ registry: register });
// @ts-expect-error The prefix is always the default one.
getRetryCounter(register, 'shop_');
// @ts-expect-error The labels are known.
getRetryCounter().inc({ route: '/' });

export function misuse(options: PrometheusHookOptions): void {
  // @ts-expect-error Options are not changed.
  options.prefix = 'shop_';
}
