// The built declarations compile as strictly as any user may ask, under the oldest TypeScript promised and the newest;
// so do the type tests, which are users that may not be left out.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, run } from './gate.ts';
import { packages, REPORTS, ROOT } from './packages.ts';

const compilers = {
  oldest: join(ROOT, 'node_modules/typescript-5.0/bin/tsc'),
  newest: join(ROOT, 'node_modules/typescript/bin/tsc'),
};

/** With the standard's decorators, and with TypeScript's own. The `types` gate compiles them under the newest. */
const TYPE_TESTS = ['test/types/tsconfig.json', 'test/types/tsconfig.legacy.json'];

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: false,
  noEmit: true,
};

const checks: Record<string, () => string> = {};
for (const { name, folder, path, entries } of packages) {
  const project = join(REPORTS, 'declarations', `${folder}.json`);
  const files = entries.flatMap(({ esmTypes, cjsTypes }) => [esmTypes, cjsTypes]);
  mkdirSync(join(REPORTS, 'declarations'), { recursive: true });
  writeFileSync(project, JSON.stringify({ compilerOptions, files }, null, 2));
  for (const [age, compiler] of Object.entries(compilers)) {
    checks[`${name} under the ${age} TypeScript`] = () => {
      run(process.execPath, [compiler, '-p', project]);
      return run(process.execPath, [compiler, '--version']).trim();
    };
  }
  for (const project of TYPE_TESTS.map((file) => join(path, file)).filter((file) => existsSync(file))) {
    checks[`${project.slice(ROOT.length)} under the oldest TypeScript`] = () =>
      run(process.execPath, [compilers.oldest, '-p', project]).trim();
  }
}
report(checks);
