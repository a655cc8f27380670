// The package accepts registries for OpenMetrics, which prom-client has had since version 15.
import { getRetryCounter, prometheusHook } from '@stamina/prometheus';
import { AggregatorRegistry, type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client';

const openMetrics = new Registry<OpenMetricsContentType>();
prometheusHook({ registry: openMetrics });
getRetryCounter(openMetrics);
prometheusHook({ registry: new AggregatorRegistry<PrometheusContentType>() });
