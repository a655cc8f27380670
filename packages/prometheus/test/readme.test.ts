import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkReadme } from '../../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/prometheus/README.md');

test('the README shows the metrics that its example prints', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [example = '', rest = ''] = readme.split('```\n\nIt prints:\n\n```text\n');
  const code = example.slice(example.lastIndexOf('```ts\n') + 6);
  const shown = rest.slice(0, rest.indexOf('```'));
  const args = ['--input-type=module', '--eval', code];
  const printed = execFileSync(process.execPath, args, { cwd: new URL('..', import.meta.url), encoding: 'utf8' });
  expect(printed.trim()).toBe(shown.trim());
});
