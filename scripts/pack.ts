import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './gate.ts';
import { type Package, REPORTS } from './packages.ts';

/** Packs a built package as publishing would, and returns the path of the tarball. */
export function pack({ folder, path }: Package): string {
  const tarball = join(REPORTS, 'tarballs', `${folder}.tgz`);
  mkdirSync(join(REPORTS, 'tarballs'), { recursive: true });
  run('pnpm', ['pack', '--out', tarball], { cwd: path });
  return tarball;
}
