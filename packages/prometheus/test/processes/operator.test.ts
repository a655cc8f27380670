import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKAGE, startListening } from './listening.ts';
import {
  hasPrometheus,
  type Prometheus,
  promtool,
  type Sample,
  startPrometheus,
  WITH_PROMETHEUS,
} from './prometheus.ts';

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}
const dashboard: Dashboard = JSON.parse(readFileSync(join(PACKAGE, 'dashboards/stamina.json'), 'utf8'));
const panelQueries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
const variables = dashboard.templating.list.flatMap(({ name, query }) =>
  typeof query === 'string' ? [] : [{ name, query: query.query }],
);

/** What Grafana makes of a query, with all jobs and callables chosen. */
const filledIn = (query: string): string =>
  query.replaceAll(/\$(job|callable)\b/g, '.*').replaceAll(/\$__(rate_interval|range)\b/g, '5m');

describe.skipIf(!hasPrometheus)(WITH_PROMETHEUS, () => {
  const urls = { service: '', openmetrics: '', cluster: '' };
  const stops: (() => Promise<void>)[] = [];
  let prometheus: Prometheus;

  async function start(job: keyof typeof urls, ...args: string[]): Promise<void> {
    const command = ['--import', '@stamina/prometheus/register', ...args];
    const { url, stop } = await startListening(process.execPath, command, /^listening on (\S+)/);
    stops.push(stop);
    urls[job] = url;
  }

  async function ask(job: keyof typeof urls, path: string): Promise<string> {
    const response = await fetch(urls[job] + path);
    return response.text();
  }

  /** Values by what the labels are, `load HttpError`, once they satisfy. */
  async function see(
    expr: string,
    satisfies?: (samples: readonly Sample[]) => boolean,
  ): Promise<Record<string, number>> {
    const samples = await prometheus.query(expr, satisfies);
    return Object.fromEntries(samples.map(({ metric, value }) => [Object.values(metric).join(' '), value]));
  }

  beforeAll(async () => {
    await Promise.all([
      start('service', 'test/fixtures/service.js'),
      start('openmetrics', 'test/fixtures/service.js', '--openmetrics'),
      start('cluster', 'test/fixtures/cluster.js'),
    ]);
    await Promise.all([ask('service', '/work'), ask('openmetrics', '/work')]);
    const targets = Object.entries(urls).map(([job, url]) => [job, new URL(url).host]);
    prometheus = await startPrometheus(Object.fromEntries(targets));
    stops.push(() => prometheus.stop());
    // Once what was is known, the same again: what grows has a rate.
    await see('stamina_retries_total{job="service"}');
    await ask('service', '/work');
    await see('sum(stamina_give_ups_total{job="service"}) == 6');
  });

  afterAll(() => Promise.all(stops.map((stop) => stop())));

  test('all are scraped: a service, one that speaks OpenMetrics, and a cluster', async () => {
    expect(await see('sum by (job) (up)', (samples) => samples.length === 3)).toEqual({
      service: 1,
      openmetrics: 1,
      cluster: 1,
    });
  });

  test('retries, give-ups and recoveries are those of the service', async () => {
    const service = '{job="service"}';
    expect(await see(`sum by (callable, error_type, retry_num) (stamina_retries_total${service})`)).toEqual({
      'load HttpError 1': 8,
      'load HttpError 2': 4,
      'search HttpError 1': 2,
    });
    expect(await see(`sum by (callable, error_type, reason) (stamina_give_ups_total${service}) > 0`)).toEqual({
      'load HttpError attempts': 2,
      'search HttpError budget': 4,
    });
    expect(await see(`sum by (callable) (stamina_recoveries_total${service})`)).toEqual({ load: 6, search: 2 });
  });

  test('waits are in seconds', async () => {
    const { load } = await see('sum by (callable) (stamina_retry_wait_seconds_sum{job="service"})');
    expect(load).toBeCloseTo(12 * 0.02);
    expect(await see('sum by (callable) (stamina_retry_wait_seconds_bucket{job="service", le="0.1"})')).toEqual({
      load: 12,
      search: 2,
    });
  });

  test('the share of calls that recovered is recorded', async () => {
    const recovered = 'sum by (callable) (job_callable:stamina_recovered:ratio_rate5m{job="service"})';
    // Rules may have been evaluated in the midst of the work.
    const settled = (samples: readonly Sample[]): boolean => samples.some(({ value }) => value > 0.74 && value < 0.76);
    expect(await see(recovered, settled)).toEqual({ load: expect.closeTo(0.75), search: 0 });
  });

  test('the first give-up of a process is seen to happen', async () => {
    await ask('service', '/report/begin');
    // While the call waits, before it gives up.
    expect(await see('stamina_give_ups_total{callable="report", reason="aborted"}')).toBeDefined();
    await ask('service', '/report/stop');
    expect(await see('increase(stamina_give_ups_total{callable="report"}[5m]) > 0')).toEqual({
      [`report HttpError ${new URL(urls.service).host} service aborted`]: expect.any(Number),
    });
  });

  test('a service that speaks OpenMetrics is read the same', async () => {
    const response = await fetch(`${urls.openmetrics}/metrics`);
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    expect(await response.text()).toMatch(/^# TYPE stamina_retries counter\nstamina_retries_total\{/m);
    expect(await see('sum by (callable, retry_num) (stamina_retries_total{job="openmetrics"})')).toEqual({
      'load 1': 4,
      'load 2': 2,
      'search 1': 2,
    });
    expect(await see('sum by (le) (stamina_retry_wait_seconds_bucket{job="openmetrics", le="+Inf"})')).toEqual({
      '+Inf': 8,
    });
  });

  test("a cluster's workers are added up", async () => {
    expect(await see('sum by (callable, error_type, retry_num) (stamina_retries_total{job="cluster"})')).toEqual({
      'load TypeError 1': 2,
      'load TypeError 2': 2,
    });
    expect(await see('sum by (callable) (stamina_recoveries_total{job="cluster"})')).toEqual({ load: 2 });
    expect(await see('sum by (le) (stamina_retry_wait_seconds_bucket{job="cluster", le="0.1"})')).toEqual({ 0.1: 4 });
  });

  test('what a metric is, and what it means, is known', async () => {
    const known = (await prometheus.api('targets/metadata', { match_target: '{job="service"}' })) as {
      readonly metric: string;
      readonly type: string;
      readonly help: string;
    }[];
    const ours = known.filter(({ metric }) => metric.startsWith('stamina_'));
    expect(ours.map(({ metric, type, help }) => `${metric} ${type}: ${help}`).sort()).toEqual([
      'stamina_give_ups_total counter: Calls that failed for good after an error that was to be retried.',
      'stamina_recoveries_total counter: Calls that succeeded after at least one retry.',
      'stamina_retries_total counter: Retries scheduled.',
      'stamina_retry_wait_seconds histogram: Waits before retries, as scheduled.',
    ]);
  });

  test.each(['service', 'cluster'] as const)('promtool finds nothing in the metrics of the %s', async (job) => {
    const page = await ask(job, '/metrics');
    expect(page).toContain('stamina_retries_total{');
    expect(promtool(['check', 'metrics'], page)).toEqual({ status: 0, output: '' });
  });

  test('every rule is evaluated', async () => {
    interface Rule {
      readonly name: string;
      readonly health: string;
      readonly lastError?: string;
    }
    const rules = async (): Promise<Rule[]> => {
      const { groups } = (await prometheus.api('rules')) as { groups: { rules: Rule[] }[] };
      return groups.flatMap((group) => group.rules);
    };
    const healths = async (): Promise<string[]> => (await rules()).map(({ health }) => health);
    await expect.poll(healths, { timeout: 30_000 }).toEqual(Array(8).fill('ok'));
  });

  test.each(panelQueries)('the dashboard has data to show for $title', async ({ expr }) => {
    const samples = await prometheus.query(filledIn(expr), (found) => found.some(({ value }) => value > 0));
    expect(samples.filter(({ value }) => Number.isNaN(value))).toEqual([]);
  });

  test.each(variables)('the dashboard lets choose a $name', async ({ name, query }) => {
    const [, selector = '', label] = /^label_values\((.+), (\w+)\)$/.exec(filledIn(query)) ?? [];
    expect(label).toBe(name);
    const values = await prometheus.api(`label/${label}/values`, { 'match[]': selector });
    expect(values).toEqual(expect.arrayContaining([name === 'job' ? 'openmetrics' : 'search']));
  });
});
