import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { retryBudget, setRetryHooks } from '@stamina/core';
import { observeBudget, openTelemetryHook } from '@stamina/opentelemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hasPrometheus,
  type Prometheus,
  startPrometheus,
  WITH_PROMETHEUS,
} from '../../../prometheus/test/support/prometheus.ts';
import { callFailing, HttpError } from '../support/telemetry.ts';

describe.skipIf(!hasPrometheus)(WITH_PROMETHEUS, () => {
  let server: Server;
  let prometheus: Prometheus;

  beforeAll(async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const meterProvider = new MeterProvider({ readers: [exporter] });
    setRetryHooks([openTelemetryHook({ meterProvider })]);
    observeBudget('users', retryBudget({ ratio: 0, reserve: 10 }));
    server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await callFailing([new HttpError(503)], { on: () => 150 });
    await callFailing([new HttpError(503), new HttpError(429)], { attempts: 2 });
    prometheus = await startPrometheus({ service: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterAll(async () => {
    setRetryHooks([]);
    server.close();
    await prometheus.stop();
  });

  /** Evaluates an expression. Returns the values by their labels, such as `load 503`. */
  async function evaluate(expr: string): Promise<Record<string, number>> {
    const samples = await prometheus.query(expr);
    return Object.fromEntries(samples.map(({ metric, value }) => [Object.values(metric).join(' '), value]));
  }

  test('counts retries by callable and type of error', async () => {
    expect(await evaluate('sum by (stamina_callable, error_type) (stamina_retries_total)')).toEqual({ '503 load': 2 });
  });

  test('has the retries and the durations of calls', async () => {
    const labels = 'stamina_callable, stamina_outcome, stamina_give_up_reason, error_type';
    const calls = { 'load recovered': 1, '429 load attempts gave_up': 1 };
    expect(await evaluate(`sum by (${labels}) (stamina_call_retries_count)`)).toEqual(calls);
    expect(await evaluate(`sum by (${labels}) (stamina_call_retries_bucket{le="1"})`)).toEqual(calls);
    expect(await evaluate(`sum by (${labels}) (stamina_call_duration_count)`)).toEqual(calls);
  });

  test('has waits in seconds, in the same buckets as @stamina/prometheus', async () => {
    const bucket = 'sum by (le) (stamina_retry_wait_bucket{le=~"0.1|0.2"})';
    expect(await evaluate(bucket)).toEqual({ '0.1': 1, '0.2': 2 });
  });

  test('has gauges of waiting calls and of budgets', async () => {
    expect(await evaluate('sum by (stamina_callable) (stamina_retry_waiting)')).toEqual({ load: 0 });
    expect(await evaluate('sum by (stamina_budget_name) (stamina_budget_balance)')).toEqual({ users: 10 });
  });
});
