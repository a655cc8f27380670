// Every TypeScript file of the repository belongs to a project, and compiles. The sources of packages also compile alone,
// with only the types that the machine of a user has.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run, tool } from '../gate.ts';
import { REPORTS, ROOT } from '../packages.ts';

/** Packages whose sources may not assume Node. */
const NEUTRAL = ['core', 'fetch', 'validation'];

// Users' stories are compiled where their dependencies are installed. The others are compiled by `declarations`, and by the
// tests of the READMEs.
const ELSEWHERE = /^(packed\/(?!runtimes\/)[^/]+\/|packages\/[^/]+\/test\/(types|readme)\/)/;
// Also files that are not added yet, so that a new one is checked before its commit.
const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  .split('\0')
  .filter((file) => file !== '' && !ELSEWHERE.test(file));
const projects = files.filter((file) => /(^|\/)tsconfig(\.\w+)?\.json$/.test(file));
const sources = files.filter((file) => /\.[cm]?ts$/.test(file));

const covered = new Set<string>();
const checks: Record<string, () => string | void> = {};
for (const project of projects) {
  checks[project] = () => {
    for (const file of run(tool('tsc'), ['-p', project, '--noEmit', '--listFiles']).split('\n')) {
      covered.add(resolve(ROOT, file));
    }
  };
}
mkdirSync(join(REPORTS, 'types'), { recursive: true });
for (const folder of readdirSync(join(ROOT, 'packages')).filter((name) => !name.includes('.'))) {
  const compilerOptions = {
    types: NEUTRAL.includes(folder) ? [] : ['node'],
    lib: ['ES2022', 'DOM'],
    skipLibCheck: false,
    declaration: true,
    isolatedDeclarations: true,
  };
  const project = join(REPORTS, 'types', `${folder}.json`);
  writeFileSync(
    project,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: [`../../packages/${folder}/src`] }),
  );
  checks[`packages/${folder}/src alone`] = () => void run(tool('tsc'), ['-p', project, '--noEmit']);
}
checks['every TypeScript file is in a project'] = () => {
  const missing = sources.filter((file) => !covered.has(resolve(ROOT, file)));
  if (missing.length > 0) throw new Error(`in no tsconfig.json: ${missing.join(', ')}`);
  return `${sources.length} files`;
};
export default checks;
