// Releases the packages to a local registry, and uses them from there as their users do. A story is a folder beside this file.
// npm installs it, and its tests must pass. `npx pnpm@12 packed fetch nest` runs only these stories.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../scripts/gate.ts';
import { packages } from '../scripts/packages.ts';
import { startRegistry } from './registry.ts';
import { releaseChecks } from './releases.ts';
import { copyRepository } from './repository.ts';
import { openStory, STORIES } from './story.ts';

const ALL = [...STORIES, 'releases'];
const args = process.argv.slice(2);
// The story of the runtimes writes the table in docs/guide/runtimes.md.
if (args.includes('--update')) process.env.UPDATE = '1';
const chosen = args.filter((name) => name !== '--update');
const unknown = chosen.filter((name) => !ALL.includes(name));
if (unknown.length > 0) throw new Error(`no such story: ${unknown.join(', ')}; there are ${ALL.join(', ')}`);

const home = mkdtempSync(join(tmpdir(), 'stamina-packed-'));
const registry = await startRegistry(join(home, 'registry'));
try {
  const repository = copyRepository(join(home, 'repository'), registry.url);
  const unreleased = repository.manifests();
  const released = repository.release();
  const checks: Record<string, () => string> = {
    'changesets release every package': () => {
      const missing = packages.filter(({ name }) => !released.some((release) => release.startsWith(`${name}@`)));
      if (missing.length > 0) throw new Error(`not released: ${missing.map(({ name }) => name).join(', ')}`);
      return released.join(', ');
    },
  };
  for (const name of ALL.filter((story) => chosen.length === 0 || chosen.includes(story))) {
    const open = (story: string) => openStory(story, join(home, name), registry.url);
    const found = name === 'releases' ? releaseChecks(repository, unreleased, open('service')) : open(name).checks();
    Object.assign(checks, found);
  }
  report(checks);
} finally {
  registry.stop();
  rmSync(home, { recursive: true, force: true });
}
