import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run, userEnvironment } from './gate.ts';
import { REPORTS } from './packages.ts';

/** Installs by npm what `package.json` in a folder of the repository asks for, unless it is there; returns where. */
export function installed(source: string): string {
  const path = join(REPORTS, basename(source));
  const wanted = readFileSync(join(source, 'package.json'), 'utf8');
  const manifest = join(path, 'package.json');
  // What npm writes last tells that it came to its end.
  const complete = join(path, 'node_modules/.package-lock.json');
  if (existsSync(complete) && existsSync(manifest) && readFileSync(manifest, 'utf8') === wanted) return path;
  mkdirSync(path, { recursive: true });
  writeFileSync(manifest, wanted);
  run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: path, env: userEnvironment() });
  return path;
}
