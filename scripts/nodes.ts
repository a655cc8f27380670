// Runs the packages' tests, against the built files, under other Nodes: `pnpm nodes 22 26`.
import { spawnSync } from 'node:child_process';
import { findNode } from '../packed/programs.ts';
import { userEnvironment } from './gate.ts';
import { ROOT } from './packages.ts';

const majors = process.argv.slice(2).map(Number);
if (majors.length === 0 || majors.some((major) => !Number.isInteger(major))) {
  throw new Error(`name the major versions of Node, got ${JSON.stringify(process.argv.slice(2))}: for example 22 26`);
}
for (const major of majors) {
  console.log(`Node ${major}`);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'scripts/vitest/vitest.config.ts'];
  const { status } = spawnSync(findNode(major), vitest, {
    cwd: ROOT,
    env: userEnvironment(),
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
