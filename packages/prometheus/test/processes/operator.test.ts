import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hasPrometheus,
  PACKAGE,
  type Prometheus,
  promtool,
  RULES,
  type Sample,
  startListening,
  startPrometheus,
  WITH_PROMETHEUS,
} from '../support/prometheus.ts';

interface DataSource {
  readonly uid: string;
}
interface Dashboard {
  readonly editable: boolean;
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly datasource: DataSource;
    readonly fieldConfig: {
      readonly defaults: {
        readonly unit: string;
        readonly thresholds?: { readonly steps: readonly { readonly color: string; readonly value: number | null }[] };
      };
    };
    readonly targets: readonly { readonly expr: string; readonly datasource: DataSource }[];
  }[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
    }[];
  };
}
const dashboard: Dashboard = JSON.parse(readFileSync(join(PACKAGE, 'dashboards/stamina.json'), 'utf8'));
const panelQueries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
const variables = dashboard.templating.list.flatMap(({ name, query }) =>
  typeof query === 'string' ? [] : [{ name, query: query.query }],
);

/** The variable of Grafana that stands for the data source. */
const DATASOURCE = ['$', '{datasource}'].join('');

/** Replaces variables in a query as Grafana does if everything is selected. */
const fillIn = (query: string): string =>
  query.replaceAll(/\$(namespace|job|instance|callable)\b/g, '.*').replaceAll(/\$__(rate_interval|range)\b/g, '5m');

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

  async function get(job: keyof typeof urls, path: string): Promise<string> {
    const response = await fetch(urls[job] + path);
    return response.text();
  }

  /**
   * Evaluates an expression until `satisfies` accepts the samples. Returns their values by their labels, such as
   * `load HttpError`.
   */
  async function evaluate(
    expr: string,
    satisfies?: (samples: readonly Sample[]) => boolean,
  ): Promise<Record<string, number>> {
    const samples = await prometheus.query(expr, satisfies);
    return Object.fromEntries(samples.map(({ metric, value }) => [Object.values(metric).join(' '), value]));
  }

  beforeAll(async () => {
    await Promise.all([
      start('service', 'test/fixtures/service.js'),
      start('openmetrics', 'test/fixtures/service.js', '--openmetrics', '--calls'),
      start('cluster', 'test/fixtures/cluster.js'),
    ]);
    await Promise.all([get('service', '/work'), get('openmetrics', '/work')]);
    const targets = Object.entries(urls).map(([job, url]) => [job, new URL(url).host]);
    prometheus = await startPrometheus(Object.fromEntries(targets));
    stops.push(() => prometheus.stop());
    // The work is done again once Prometheus knows the first values, because only a growing counter has a rate.
    await evaluate('stamina_retries_total{job="service"}');
    await evaluate('stamina_calls_total{job="openmetrics"}');
    await Promise.all([get('service', '/work'), get('openmetrics', '/work')]);
    await evaluate('sum(stamina_give_ups_total{job="service"}) == 6');
    await evaluate('sum(stamina_give_ups_total{job="openmetrics"}) == 6');
  });

  afterAll(() => Promise.all(stops.map((stop) => stop())));

  test('scrapes a service, a service with OpenMetrics, and a cluster', async () => {
    expect(await evaluate('sum by (job) (up)', (samples) => samples.length === 3)).toEqual({
      service: 1,
      openmetrics: 1,
      cluster: 1,
    });
  });

  test('counts the retries, give-ups and recoveries of the service', async () => {
    const service = '{job="service"}';
    expect(await evaluate(`sum by (callable, error_type, retry_num) (stamina_retries_total${service})`)).toEqual({
      'load HttpError 1': 8,
      'load HttpError 2': 4,
      'search HttpError 1': 2,
    });
    expect(await evaluate(`sum by (callable, reason) (stamina_give_ups_total${service}) > 0`)).toEqual({
      'load attempts': 2,
      'search budget': 4,
    });
    expect(await evaluate(`sum by (callable) (stamina_recoveries_total${service})`)).toEqual({ load: 6, search: 2 });
  });

  test('has waits in seconds', async () => {
    const { load } = await evaluate('sum by (callable) (stamina_retry_wait_seconds_sum{job="service"})');
    expect(load).toBeCloseTo(12 * 0.02);
    expect(await evaluate('sum by (callable) (stamina_retry_wait_seconds_bucket{job="service", le="0.1"})')).toEqual({
      load: 12,
      search: 2,
    });
  });

  test('records the share of calls that recovered', async () => {
    const recovered = 'sum by (callable) (job_callable:stamina_recovered:ratio_rate5m{job="service"})';
    // Prometheus may have evaluated the rule before the work was done.
    const settled = (samples: readonly Sample[]): boolean => samples.some(({ value }) => value > 0.74 && value < 0.76);
    expect(await evaluate(recovered, settled)).toEqual({ load: expect.closeTo(0.75), search: 0 });
  });

  test('sees the first give-up of a process', async () => {
    await get('service', '/report/begin');
    // The series has to be there before the call gives up.
    expect(await evaluate('stamina_give_ups_total{callable="report", reason="aborted"}')).toBeDefined();
    await get('service', '/report/stop');
    expect(await evaluate('increase(stamina_give_ups_total{callable="report"}[5m]) > 0')).toEqual({
      [`report ${new URL(urls.service).host} service aborted`]: expect.any(Number),
    });
  });

  test('reads OpenMetrics in the same way', async () => {
    const response = await fetch(`${urls.openmetrics}/metrics`);
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    expect(await response.text()).toMatch(/^# TYPE stamina_retries counter\nstamina_retries_total\{/m);
    expect(await evaluate('sum by (callable, retry_num) (stamina_retries_total{job="openmetrics"})')).toEqual({
      'load 1': 8,
      'load 2': 4,
      'search 1': 2,
    });
    expect(await evaluate('sum by (le) (stamina_retry_wait_seconds_bucket{job="openmetrics", le="+Inf"})')).toEqual({
      '+Inf': 14,
    });
  });

  test('counts every call on request, and records the attempts per call', async () => {
    const calls = 'sum by (callable, outcome) (stamina_calls_total{job="openmetrics"}) > 0';
    expect(await evaluate(calls)).toEqual({
      'load succeeded': 2,
      'load recovered': 6,
      'load gave_up': 2,
      'search recovered': 2,
      'search gave_up': 4,
    });
    expect(await evaluate('sum(stamina_call_duration_seconds_count{job="openmetrics"})')).toEqual({ '': 16 });
    const attempts = 'sum by (callable) (job_callable:stamina_attempts_per_call:ratio_rate5m{job="openmetrics"})';
    // The ten calls of `load` are retried twelve times.
    const settled = (samples: readonly Sample[]): boolean => samples.some(({ value }) => value > 2.1 && value < 2.3);
    expect(await evaluate(attempts, settled)).toMatchObject({ load: expect.closeTo(2.2) });
  });

  test("adds up a cluster's workers", async () => {
    expect(await evaluate('sum by (callable, error_type, retry_num) (stamina_retries_total{job="cluster"})')).toEqual({
      'load TypeError 1': 2,
      'load TypeError 2': 2,
    });
    expect(await evaluate('sum by (callable) (stamina_recoveries_total{job="cluster"})')).toEqual({ load: 2 });
    expect(await evaluate('sum by (le) (stamina_retry_wait_seconds_bucket{job="cluster", le="0.1"})')).toEqual({
      0.1: 4,
    });
  });

  test('knows the type and the meaning of each metric', async () => {
    const known = (await prometheus.api('targets/metadata', { match_target: '{job="service"}' })) as {
      readonly metric: string;
      readonly type: string;
      readonly help: string;
    }[];
    const ours = known.filter(({ metric }) => metric.startsWith('stamina_'));
    expect(ours.map(({ metric, type, help }) => `${metric} ${type}: ${help}`).sort()).toEqual([
      'stamina_give_up_errors_total counter: The same calls by the type of their last error, without those that were aborted.',
      'stamina_give_ups_total counter: Calls that failed, and had at least one error that is retried.',
      'stamina_recoveries_total counter: Calls that succeeded after at least one retry.',
      'stamina_retries_total counter: Retries scheduled.',
      'stamina_retry_wait_seconds histogram: Waits before retries, as scheduled.',
    ]);
  });

  test.each(['service', 'cluster'] as const)('promtool finds no mistake in the metrics of the %s', async (job) => {
    const page = await get(job, '/metrics');
    expect(page).toContain('stamina_retries_total{');
    expect(promtool(['check', 'metrics'], page)).toEqual({ status: 0, output: '' });
  });

  test('evaluates every rule', async () => {
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
    await expect.poll(healths, { timeout: 30_000 }).toEqual(Array(11).fill('ok'));
  });

  test.each(panelQueries)('has data for the panel $title of the dashboard', async ({ expr }) => {
    // No call may wait at this moment.
    const least = expr.includes('stamina_retry_waiting') ? 0 : Number.MIN_VALUE;
    const samples = await prometheus.query(fillIn(expr), (found) => found.some(({ value }) => value >= least));
    expect(samples.filter(({ value }) => Number.isNaN(value))).toEqual([]);
  });

  test.each(variables)('has values for the variable $name of the dashboard', async ({ name, query }) => {
    const [, selector = '', label] = /^label_values\((.+), (\w+)\)$/.exec(fillIn(query)) ?? [];
    expect(label).toBe(name);
    const values = await prometheus.api(`label/${label}/values`, { 'match[]': selector });
    const expected = { job: 'openmetrics', callable: 'search', instance: new URL(urls.service).host }[name];
    expect(values).toEqual(expected === undefined ? [] : expect.arrayContaining([expected]));
  });
});

describe.skipIf(!hasPrometheus)(WITH_PROMETHEUS, () => {
  test('promtool finds no mistake in the rules', () => {
    expect(promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules/stamina.yml'])).toMatchObject({
      status: 0,
    });
  });

  test('the alerts fire only when they should', () => {
    expect(promtool(['test', 'rules', 'test/rules/stamina.test.yml'])).toMatchObject({ status: 0 });
  });
});

describe('the dashboard keeps the rules of dashboard-linter', () => {
  const { templating, panels, editable } = dashboard;

  test('it has variables for data source, job and instance', () => {
    const [datasource, ...others] = templating.list;
    expect(datasource).toMatchObject({ name: 'datasource', label: 'Data source', type: 'datasource' });
    for (const [name, label] of [
      ['job', 'Job'],
      ['instance', 'Instance'],
    ]) {
      expect(others).toContainEqual(
        expect.objectContaining({ name, label, type: 'query', multi: true, allValue: '.+', refresh: 2 }),
      );
    }
    for (const variable of others) {
      expect(variable).toMatchObject({ datasource: { uid: DATASOURCE }, refresh: 2, multi: true });
    }
    // A scrape without Kubernetes has no namespace, so all namespaces include none.
    expect(others).toContainEqual(expect.objectContaining({ name: 'namespace', allValue: '.*' }));
  });

  test('nobody edits it in Grafana, where the next provisioning would undo that', () => {
    expect(editable).toBe(false);
  });

  test.each(panels)('$title has a description, a unit and targets', (panel) => {
    expect(panel).toMatchObject({ title: expect.stringMatching(/./), description: expect.stringMatching(/./) });
    expect(panel.fieldConfig.defaults.unit).toMatch(/^(short|percentunit|s|ops|cps)$/);
    expect(panel.targets.length).toBeGreaterThan(0);
    for (const { uid } of [panel.datasource, ...panel.targets.map(({ datasource }) => datasource)]) {
      expect(uid).toBe(DATASOURCE);
    }
  });

  test.each(panelQueries)('$title selects by all variables, and has a rate of each counter', ({ expr }) => {
    const selectors = expr.match(/stamina_\w+(\{[^}]*\})?(\[[^\]]*\])?/g) ?? [];
    expect(selectors.length).toBeGreaterThan(0);
    for (const selector of selectors) {
      for (const name of ['namespace', 'job', 'instance', 'callable'])
        expect(selector).toContain(`${name}=~"$${name}"`);
      if (/^stamina_\w+_(total|bucket|sum|count)/.test(selector)) expect(selector).toMatch(/\[\$__rate_interval\]$/);
    }
    const rates = expr.match(/rate\(stamina_/g) ?? [];
    expect(rates).toHaveLength(selectors.filter((selector) => selector.endsWith(']')).length);
  });

  test('thresholds turn red where alerts fire', () => {
    const rules = readFileSync(RULES, 'utf8');
    const limit = (expr: RegExp): number => Number(expr.exec(rules)?.[1]);
    const attempts = limit(/attempts_per_call:ratio_rate5m > ([\d.]+)/);
    const recovered = limit(/recovered:ratio_rate5m < ([\d.]+)/);
    const giveUps = limit(/StaminaGivesUp[^>]*>-\s+job_callable:stamina_give_ups:rate5m > ([\d.]+)/);
    const red = panels.flatMap(({ title, fieldConfig }) => {
      const steps = fieldConfig.defaults.thresholds?.steps ?? [];
      const at = steps.findIndex(({ color }) => color === 'red');
      // If the lowest step is red, it ends where the next one begins.
      return at < 0 ? [] : [[title, steps[Math.max(at, 1)]?.value]];
    });
    expect(Object.fromEntries(red)).toEqual({
      'Attempts per call': attempts,
      'Attempts per call by callable': attempts,
      'Recovered share': recovered,
      'Recovered share by callable': recovered,
      'Give-ups per second': giveUps,
      'Give-ups by callable': giveUps,
      'Give-ups with an empty budget': limit(/reason="budget"\}\) > ([\d.]+)/),
      'Share of calls that gave up': limit(/<= ([\d.]+) \* job_callable:stamina_calls:rate5m/),
    });
  });

  test('give-ups never include calls that were aborted, or errors that `on` does not match', () => {
    const giveUps = panelQueries.filter(({ expr }) => expr.includes('stamina_give_ups_total'));
    expect(giveUps.length).toBeGreaterThan(5);
    for (const { title, expr } of giveUps) {
      const isOurs = title === 'Calls that ended for our own reasons';
      const only = isOurs
        ? /reason=~"aborted\|stopped\|unmatched"/
        : /reason(!~"aborted\|stopped\|unmatched"|="budget")/;
      expect(expr).toMatch(only);
    }
  });
});

test('each alert links to its chapter in the guide', () => {
  const alerts = [...readFileSync(RULES, 'utf8').matchAll(/alert: (\w+)\n.*?runbook_url: \S+#(\w+)\n/gs)];
  const guide = join(PACKAGE, '../../docs/guide/observing.md');
  const chapters = readFileSync(guide, 'utf8').match(/(?<=^### )Stamina\w+$/gm) ?? [];
  expect(alerts.map(([, alert]) => alert)).toEqual(chapters);
  expect(alerts.map(([, , anchor]) => anchor)).toEqual(chapters.map((chapter) => chapter.toLowerCase()));
});
