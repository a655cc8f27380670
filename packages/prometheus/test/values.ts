import type { Registry } from 'prom-client';

/** The values of a metric by its labels: `callable=load reason=budget`; those of a histogram are `sum callable=load` and so on. */
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
