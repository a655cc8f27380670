import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE } from '../support/listening.ts';
import { hasPrometheus, promtool, RULES, WITH_PROMETHEUS } from '../support/prometheus.ts';

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

test('each alert links to its chapter in the README', () => {
  const alerts = [...readFileSync(RULES, 'utf8').matchAll(/alert: (\w+)\n.*?runbook_url: \S+#(\w+)\n/gs)];
  const chapters = readFileSync(join(PACKAGE, 'README.md'), 'utf8').match(/(?<=^### )\w+$/gm) ?? [];
  expect(alerts.map(([, alert]) => alert)).toEqual(chapters);
  expect(alerts.map(([, , anchor]) => anchor)).toEqual(chapters.map((chapter) => chapter.toLowerCase()));
});
