// Releases as the release workflow does, from a copy of the repository to a local registry.
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../scripts/gate.ts';
import { packages, ROOT } from '../scripts/packages.ts';
import { programs } from './programs.ts';

/** The fields of a `package.json` that are read here. */
export interface Manifest {
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Repository {
  /** Adds a changeset for a package, and commits it. */
  change(name: string, bump: 'patch' | 'minor' | 'major', text: string): void;
  /** Raises versions if there are changesets, packs what the registry does not have, and publishes that. Returns what it published. */
  release(): string[];
  /** The packages' manifests, by name. */
  manifests(): Record<string, Manifest>;
  changelog(name: string): string;
}

/** Copies the repository as it is, committed or not, with what was built. */
export function copyRepository(path: string, registry: string): Repository {
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  const deleted = new Set(run('git', ['ls-files', '-z', '--deleted']).split('\0'));
  for (const file of listed.split('\0').filter((name) => name !== '' && !deleted.has(name))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(path, file));
  }
  const folders = new Map(packages.map(({ name, folder }) => [name, join(path, 'packages', folder)]));
  for (const { name, path: own } of packages) {
    cpSync(join(own, 'dist'), join(folders.get(name) ?? '', 'dist'), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  // Nothing here may reach another registry, even if the machine has one configured.
  const { host } = new URL(registry);
  writeFileSync(
    join(path, '.npmrc'),
    `registry=${registry}\n@stamina:registry=${registry}\n//${host}/:_authToken=any\n`,
  );

  const inCopy = (command: string, ...args: string[]) =>
    run(command, args, { cwd: path, env: { ...process.env, npm_config_registry: registry } });
  const changeset = (...args: string[]) =>
    inCopy(process.execPath, join(ROOT, 'node_modules/@changesets/cli/bin.js'), ...args);
  const commit = (message: string) => {
    inCopy('git', 'add', '--all');
    inCopy('git', '-c', 'user.name=gate', '-c', 'user.email=gate@localhost', 'commit', '--quiet', '-m', message);
  };
  const read = (name: string, file: string) => readFileSync(join(folders.get(name) ?? '', file), 'utf8');
  inCopy('git', 'init', '--quiet', '--initial-branch=main');
  commit('All of it');

  let count = 0;
  return {
    change(name, bump, text) {
      writeFileSync(join(path, `.changeset/change-${++count}.md`), `---\n"${name}": ${bump}\n---\n\n${text}\n`);
      commit(text);
    },
    release() {
      if (readdirSync(join(path, '.changeset')).some((file) => file.endsWith('.md') && file !== 'README.md')) {
        changeset('version');
        commit('Version');
      }
      const packed = join(path, 'reports/release');
      rmSync(packed, { recursive: true, force: true });
      changeset('pack', '--out-dir', packed);
      const npm = join(programs(), 'npm/bin/npm-cli.js');
      const { plan } = JSON.parse(readFileSync(join(packed, 'publish-plan.json'), 'utf8'));
      return plan.flat().map((release: { name: string; version: string; tarball: { path: string } }) => {
        inCopy(process.execPath, npm, 'publish', join(packed, release.tarball.path), '--no-provenance');
        return `${release.name}@${release.version}`;
      });
    },
    manifests: () => Object.fromEntries(packages.map(({ name }) => [name, JSON.parse(read(name, 'package.json'))])),
    changelog: (name) => read(name, 'CHANGELOG.md'),
  };
}
