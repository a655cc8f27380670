// Changes the sources of a package in many ways, and fails if the tests notice too few: `pnpm mutate core`, or `pnpm mutate`
// for all. Options go to Stryker: `pnpm mutate core --mutate packages/core/src/decision/decide.ts`.
import { spawnSync } from 'node:child_process';
import { tool } from './gate.ts';
import { ROOT } from './packages.ts';

const PACKAGES = ['core', 'testing'];

const [first = '', ...rest] = process.argv.slice(2);
const isNamed = PACKAGES.includes(first);
const options = isNamed ? rest : process.argv.slice(2);
for (const folder of isNamed ? [first] : PACKAGES) {
  const { status } = spawnSync(tool('stryker'), ['run', 'scripts/stryker.config.mjs', ...options], {
    cwd: ROOT,
    env: { ...process.env, STAMINA_MUTATED: folder },
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
