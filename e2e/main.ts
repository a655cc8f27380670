// Releases the packages to a registry on loopback, and uses them from there as their users do: each folder of `projects`
// is installed by npm and tested. `pnpm e2e fetch nest` does so for these projects alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../scripts/gate.ts';
import { packages } from '../scripts/packages.ts';
import { laterReleases } from './later-releases.ts';
import { openProject, PROJECTS } from './project.ts';
import { startRegistry } from './registry.ts';
import { copyRepository } from './release.ts';

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !PROJECTS.includes(name));
if (unknown.length > 0) throw new Error(`no such project: ${unknown.join(', ')}; there are ${PROJECTS.join(', ')}`);

const home = mkdtempSync(join(tmpdir(), 'stamina-e2e-'));
const registry = await startRegistry(join(home, 'registry'));
try {
  const repository = copyRepository(join(home, 'repository'), registry.url);

  const checks: Record<string, () => string | void> = {
    'changesets release every package': () => {
      const released = repository.release();
      const missing = packages.filter(({ name }) => !released.some((tag) => tag.startsWith(`${name}@`)));
      if (missing.length > 0) throw new Error(`not released: ${missing.map(({ name }) => name).join(', ')}`);
      return released.join(', ');
    },
  };
  const names = chosen.length > 0 ? chosen : PROJECTS;
  const projects = new Map(names.map((name) => [name, openProject(name, home, registry)]));
  for (const [name, project] of projects) {
    checks[`${name}: npm installs it`] = () => project.install();
    checks[`${name}: its tests pass`] = () => project.test();
  }
  const service = projects.get('service');
  if (service) {
    Object.assign(
      checks,
      laterReleases(repository, () => {
        const installed = service.upgrade();
        service.test();
        return installed;
      }),
    );
  }
  report(checks);
} finally {
  registry.stop();
  rmSync(home, { recursive: true, force: true });
}
