// Installs programs that only some gates start. npm installs them on first use, so that building and testing does not need them.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, userEnvironment } from '../scripts/gate.ts';
import { REPORTS, ROOT } from '../scripts/packages.ts';

const WANTED = join(ROOT, 'packed/programs/package.json');

/** Installs what `packed/programs` names, unless it is there; returns the path of its `node_modules`. */
export function programs(): string {
  const path = join(REPORTS, 'programs');
  const manifest = join(path, 'package.json');
  // npm writes this file last, so it tells that an installation was completed.
  const complete = join(path, 'node_modules/.package-lock.json');
  const isThere = existsSync(complete) && existsSync(manifest) && readFileSync(manifest).equals(readFileSync(WANTED));
  if (!isThere) {
    mkdirSync(path, { recursive: true });
    copyFileSync(WANTED, manifest);
    run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: path, env: userEnvironment() });
  }
  return join(path, 'node_modules');
}

/** Returns the path of a Node of this major version: the workspace's own, or one of the programs. */
export function findNode(major: number): string {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  return join(programs(), `node-${major}/bin/node`);
}
