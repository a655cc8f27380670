import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, userEnvironment } from './gate.ts';
import { REPORTS } from './packages.ts';

/** The path of a Node of this major version: the machine's own, or else one from npm. */
export function findNode(major: number): string {
  const env = userEnvironment();
  const ours = env.PATH?.split(delimiter).map((folder) => join(folder, 'node')) ?? [];
  for (const node of ours.filter((path) => existsSync(path))) {
    if (run(node, ['--version']).startsWith(`v${major}.`)) return node;
  }
  const prefix = join(REPORTS, `node-${major}`);
  const node = join(prefix, 'node_modules/node/bin/node');
  if (!existsSync(node))
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node@${major}`], { env });
  return node;
}
