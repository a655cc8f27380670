import { type RetryOptions, retry } from '@stamina/core';
import type { Registry } from 'prom-client';

/**
 * Returns the values of a metric by their labels, such as `callable=load reason=budget`. The keys of a histogram begin
 * with the part that they belong to, such as `sum callable=load`.
 */
export async function valuesOf(registry: Registry, name: string): Promise<Record<string, number>> {
  const metrics = (await registry.getMetricsAsJSON()) as {
    name: string;
    values?: { labels: Record<string, unknown>; value: number; metricName?: string }[];
  }[];
  const values = metrics.find((metric) => metric.name === name)?.values;
  if (values === undefined) throw new Error(`the registry has no ${name}`);
  return Object.fromEntries(
    values.map(({ labels, value, metricName = name }) => {
      const part = metricName.slice(name.length + 1);
      const pairs = Object.entries(labels).map((label) => label.join('='));
      return [[part, ...pairs].join(' ').trim(), value];
    }),
  );
}

/** Adds up the values of a metric. */
export function sum(values: Record<string, number>): number {
  return Object.values(values).reduce((total, value) => total + value, 0);
}

export class HttpError extends Error {}

/** Makes `count` errors. */
export const httpErrors = (count: number): HttpError[] => Array.from({ length: count }, () => new HttpError('503'));

const OPTIONS: RetryOptions = { on: () => 0, name: 'load' };

/** Makes a call whose first attempts fail with these errors, in turn. Resolves with the error that the call throws. */
export async function callFailing(options: Partial<RetryOptions>, errors: readonly unknown[]): Promise<unknown> {
  const left = [...errors];
  const call = retry({ ...OPTIONS, ...options }).run(() => {
    if (left.length > 0) throw left.shift();
  });
  return call.catch((error: unknown) => error);
}
