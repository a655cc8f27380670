// The users' projects: each a folder that knows nothing of this repository, installed by npm and run by its own `test`.
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run, userEnvironment } from '../scripts/gate.ts';
import { ROOT } from '../scripts/packages.ts';
import type { Registry } from './registry.ts';

const SOURCE = join(ROOT, 'e2e/projects');

/** The names of all projects. */
export const PROJECTS: readonly string[] = readdirSync(SOURCE);

/** What a user's shell has, with the Node of the repository. */
function userEnvironmentWithNode(): Record<string, string | undefined> {
  const env = userEnvironment();
  return { ...env, PATH: [dirname(process.execPath), env.PATH].join(delimiter), NO_COLOR: '1' };
}

export interface Project {
  install(): string;
  /** Moves on to the latest of our packages, whatever the ranges say. */
  upgrade(): string;
  /** Runs its tests; tells how many there were. */
  test(): string;
}

/** Copies a project to `home`. Our packages come from `registry`, all others from where the machine has them from. */
export function openProject(name: string, home: string, registry: Registry): Project {
  const cwd = join(home, name);
  cpSync(join(SOURCE, name), cwd, { recursive: true });
  writeFileSync(join(cwd, '.npmrc'), `@stamina:registry=${registry.url}\naudit=false\nfund=false\n`);
  const env = userEnvironmentWithNode();
  const npm = (...args: string[]) => run(process.execPath, [registry.npm, ...args], { cwd, env });

  /** Our packages as installed; npm fails where one has not the peers that it asks for. */
  const ours = () => {
    const { dependencies } = JSON.parse(npm('ls', '--json'));
    const found = Object.entries<{ version: string }>(dependencies).filter(([dependency]) =>
      /^@stamina/.test(dependency),
    );
    return found.map(([dependency, { version }]) => `${dependency}@${version}`);
  };
  return {
    install() {
      npm('install');
      return ours().join(', ');
    },
    upgrade() {
      npm('install', ...ours().map((dependency) => dependency.replace(/@[^@]+$/, '@latest')));
      return ours().join(', ');
    },
    test() {
      const output = npm('test');
      const [, count = '0'] = /ℹ tests (\d+)/.exec(output) ?? [];
      if (count === '0') throw new Error(`no test ran:\n${output}`);
      return `${count} tests`;
    },
  };
}
