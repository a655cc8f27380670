// What prom-client has had since version 15: registries that speak OpenMetrics.
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { AggregatorRegistry, type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client';

const openMetrics = new Registry<OpenMetricsContentType>();
prometheusHook({ registry: openMetrics });
getRetryCounter(openMetrics);
prometheusHook({ registry: new AggregatorRegistry<PrometheusContentType>() });
