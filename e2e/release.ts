// Releases as the release workflow does: `changeset version`, then `changeset publish`, in a copy of the repository.
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../scripts/gate.ts';
import { type Package, packages, ROOT } from '../scripts/packages.ts';

/** A copy of the repository, from which packages are released to a registry. */
export interface Repository {
  /** Adds a changeset for a package, and commits it. */
  change(name: string, bump: 'patch' | 'minor' | 'major', text: string): void;
  /** Raises versions by the changesets, writes the changelogs and publishes; tells what became public. */
  release(): string[];
  /** The packages' versions, by name. */
  versions(): Record<string, string>;
  changelog(name: string): string;
}

/** Copies the repository as it is, commit or not, with what was built. */
export function copyRepository(path: string, registry: string): Repository {
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  const deleted = new Set(run('git', ['ls-files', '-z', '--deleted']).split('\0'));
  for (const file of listed.split('\0').filter((name) => name !== '' && !deleted.has(name))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(path, file));
  }
  for (const { folder, path: own } of packages) {
    cpSync(join(own, 'dist'), join(path, 'packages', folder, 'dist'), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  // Whatever else is configured: nothing here may reach another registry.
  const { host } = new URL(registry);
  writeFileSync(
    join(path, '.npmrc'),
    `registry=${registry}\n@stamina:registry=${registry}\n//${host}/:_authToken=any\n`,
  );
  const env = { ...process.env, npm_config_registry: registry, NPM_CONFIG_PROVENANCE: 'false' };

  const inCopy = (command: string, ...args: string[]) => run(command, args, { cwd: path, env });
  const changeset = (name: string) => inCopy(process.execPath, join(ROOT, 'node_modules/@changesets/cli/bin.js'), name);
  const folderOf = (name: string) =>
    join(path, 'packages', (packages.find((found) => found.name === name) as Package).folder);
  const commit = (message: string) => {
    inCopy('git', 'add', '--all');
    inCopy('git', '-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost', 'commit', '--quiet', '--message', message);
  };
  inCopy('git', 'init', '--quiet', '--initial-branch=main');
  commit('All of it');

  let count = 0;
  return {
    change(name, bump, text) {
      writeFileSync(join(path, `.changeset/change-${++count}.md`), `---\n"${name}": ${bump}\n---\n\n${text}\n`);
      commit(text);
    },
    release() {
      changeset('version');
      commit('Version');
      const before = inCopy('git', 'tag').split('\n');
      changeset('publish');
      return inCopy('git', 'tag')
        .split('\n')
        .filter((tag) => !before.includes(tag));
    },
    versions: () =>
      Object.fromEntries(
        packages.map(({ name }) => [
          name,
          JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')).version,
        ]),
      ),
    changelog: (name) => readFileSync(join(folderOf(name), 'CHANGELOG.md'), 'utf8'),
  };
}
