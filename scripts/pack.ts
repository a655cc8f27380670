import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './gate.ts';
import { type Package, REPORTS } from './packages.ts';

/** Pack a built package as publishing would, and return the path of the tarball. */
export function pack({ folder, path }: Package): string {
  const tarball = join(REPORTS, 'tarballs', `${folder}.tgz`);
  mkdirSync(join(REPORTS, 'tarballs'), { recursive: true });
  run('pnpm', ['pack', '--out', tarball], { cwd: path });
  return tarball;
}
