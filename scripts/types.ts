// Type-checks every project of the repository, and fails if a tracked TypeScript file is in none.
import { resolve } from 'node:path';
import { report, run, tool } from './gate.ts';
import { ROOT } from './packages.ts';

// The users' projects are compiled where their dependencies are installed.
const ELSEWHERE = /^(e2e|packages\/[^/]+\/test)\/projects\//;
// Also files not yet added, so that a new one is checked before its commit.
const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  .split('\0')
  .filter((file) => file !== '' && !ELSEWHERE.test(file));
const projects = files.filter((file) => /(^|\/)tsconfig(\.\w+)?\.json$/.test(file) && file !== 'tsconfig.base.json');
const sources = files.filter((file) => /\.[cm]?ts$/.test(file) && !/^packages\/[^/]+\/api\//.test(file));

const covered = new Set<string>();
const checks: Record<string, () => string | void> = {};
for (const project of projects) {
  checks[project] = () => {
    for (const file of run(tool('tsc'), ['-p', project, '--listFilesOnly']).split('\n'))
      covered.add(resolve(ROOT, file));
    run(tool('tsc'), ['-p', project, '--noEmit']);
  };
}
checks['every TypeScript file is in a project'] = () => {
  const missing = sources.filter((file) => !covered.has(resolve(ROOT, file)));
  if (missing.length > 0) throw new Error(`in no tsconfig.json: ${missing.join(', ')}`);
  return `${sources.length} files`;
};
report(checks);
