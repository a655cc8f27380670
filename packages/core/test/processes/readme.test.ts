import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkReadme } from '../../../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/core/README.md');
checkReadme(import.meta.url, 'README.md');

test('every other package checks its README', () => {
  const packages = new URL('../../../', import.meta.url);
  const others = readdirSync(packages).filter(
    (name) => name !== 'core' && existsSync(new URL(`${name}/README.md`, packages)),
  );
  expect(others.filter((name) => !existsSync(new URL(`${name}/test/readme.test.ts`, packages)))).toEqual([]);
});
