// A story is a project as a user would write it, and knows nothing of this repository. npm installs it, and runs its tests.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run, userEnvironment } from '../scripts/gate.ts';
import { packages, ROOT } from '../scripts/packages.ts';
import { findNode, programs } from './programs.ts';
import type { Manifest } from './repository.ts';

interface StoryManifest {
  readonly scripts?: { readonly test?: string };
  readonly engines?: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readManifest = <Value>(folder: string): Value => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The names of all stories, which are the folders with a test script. */
export const STORIES: readonly string[] = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name)
  .filter((name) => readManifest<StoryManifest>(join(import.meta.dirname, name)).scripts?.test);

/** The repository's own Node. */
const OWN_NODE: number = Number.parseInt(process.versions.node, 10);
/** The oldest Node that we promise, and our own. */
const NODES: readonly number[] = [20, OWN_NODE];

/** The oldest version of each peer that our packages allow, by name. */
const OLDEST = new Map(
  packages
    .flatMap(({ path }) => Object.entries(readManifest<Manifest>(path).peerDependencies ?? {}))
    .filter(([name]) => !name.startsWith('@stamina/'))
    .map(([name, range]) => [name, `${/\d+(\.\d+)*/.exec(range)?.[0]}.0.0`.split('.', 3).join('.')]),
);
// Jest's packages need each other in one version.
for (const other of ['jest', '@types/jest']) OLDEST.set(other, OLDEST.get('@jest/globals') ?? '');

export interface Story {
  /** Installs the story, with `versions` instead of those that it names. Returns the versions of our packages that npm chose. */
  install(versions?: Readonly<Record<string, string>>): string;
  /** Runs its tests in one Node. Returns how many there were. */
  test(node?: number): string;
  /** Returns all checks of the story. */
  checks(): Record<string, () => string>;
}

/** Copies a story to `home`. Our packages come from `registry`, and all others from the registry that the machine uses. */
export function openStory(name: string, home: string, registry: string): Story {
  const cwd = join(home, name);
  cpSync(join(import.meta.dirname, name), cwd, { recursive: true });
  writeFileSync(join(cwd, '.npmrc'), `@stamina:registry=${registry}\naudit=false\nfund=false\n`);
  const { dependencies, devDependencies, engines } = readManifest<StoryManifest>(cwd);
  const named = Object.keys({ ...dependencies, ...devDependencies });
  // The dependencies of a story may need newer peers and a newer Node than our packages.
  const peers = engines ? [] : [...OLDEST].filter(([peer]) => named.includes(peer));
  const nodes = NODES.filter((node) => node >= Number(engines?.node.slice('>='.length) ?? 0));

  const npm = (node: number, ...args: string[]) => {
    const env = userEnvironment();
    const PATH = [dirname(findNode(node)), env.PATH].join(delimiter);
    const setting = { cwd, env: { ...env, PATH, NO_COLOR: '1', REPOSITORY: ROOT } };
    return run(process.execPath, [join(programs(), 'npm/bin/npm-cli.js'), ...args], setting);
  };

  const story: Story = {
    install(versions = {}) {
      // Otherwise npm would leave packages where the first installation put them.
      for (const left of ['node_modules', 'package-lock.json'])
        rmSync(join(cwd, left), { recursive: true, force: true });
      const chosen = Object.entries(versions).map(([dependency, version]) => `${dependency}@${version}`);
      npm(OWN_NODE, 'install', '--save-exact', ...chosen);
      // `npm ls` fails if a package does not have the peers that it asks for.
      const { dependencies: found } = JSON.parse(npm(OWN_NODE, 'ls', '--json'));
      return Object.keys(found)
        .filter((dependency) => dependency.startsWith('@stamina/') || dependency in versions)
        .map((dependency) => `${dependency}@${found[dependency].version}`)
        .join(', ');
    },
    test(node = OWN_NODE) {
      const output = npm(node, 'test');
      const sum = (what: string) =>
        [...output.matchAll(new RegExp(`^(?:ℹ|#) ${what} (\\d+)$`, 'gm'))].reduce(
          (total, [, n]) => total + Number(n),
          0,
        );
      if (sum('tests') === 0 || sum('pass') !== sum('tests')) throw new Error(`not every test passed:\n${output}`);
      return `${sum('tests')} tests`;
    },
    checks() {
      const checks: Record<string, () => string> = { [`${name}: npm installs it`]: () => story.install() };
      for (const node of nodes) checks[`${name}: its tests pass in Node ${node}`] = () => story.test(node);
      if (peers.length > 0) {
        checks[`${name}: its tests pass in Node ${nodes[0]} with the oldest peers`] = () => {
          const installed = story.install(Object.fromEntries(peers));
          return `${story.test(nodes[0])}, ${installed}`;
        };
      }
      return checks;
    },
  };
  return story;
}
