// Checks later releases. None raises a version more than the changesets say, and earlier and later packages work together.
import type { Manifest, Repository } from './repository.ts';
import type { Story } from './story.ts';

/** The packages that have core as a peer dependency. */
const PLUGINS = ['@stamina/opentelemetry', '@stamina/pino', '@stamina/prometheus', '@stamina/testing'];
const FIX = 'An error that is no `Error` is handled as it is.';

/** Checks that release again and again, in this order, after the first release from `repository`. */
export function releaseChecks(
  repository: Repository,
  unreleased: Readonly<Record<string, Manifest>>,
  service: Story,
): Record<string, () => string> {
  const version = (name: string) => repository.manifests()[name]?.version ?? '';
  const first = new Map(['@stamina/core', ...PLUGINS].map((name) => [name, version(name)]));

  /** Releases one change of each of these packages, and expects that and patches of `dependents`, but nothing else. */
  const expectReleased = (bump: 'minor' | 'patch', names: readonly string[], dependents: readonly string[] = []) => {
    const expected = [
      ...names.map((name) => `${name}@${next(version(name), bump)}`),
      ...dependents.map((name) => `${name}@${next(version(name), 'patch')}`),
    ];
    for (const name of names) repository.change(name, bump, FIX);
    return expectEqual(repository.release().sort().join(', '), expected.sort().join(', '));
  };
  /** Expects that the service works with the first or the latest versions of core and the plugins. */
  const expectWorks = (core: 'first' | 'latest', plugins: 'first' | 'latest') => {
    const chosen = [...first].map(([name, earlier]) => {
      const which = name === '@stamina/core' ? core : plugins;
      return [name, which === 'first' ? earlier : version(name)];
    });
    return `${service.install(Object.fromEntries(chosen))}: ${service.test()}`;
  };

  return {
    'a change in one package releases it alone': () => expectReleased('patch', ['@stamina/pino']),
    'its changelog says so, and nothing else': () => {
      const latest = repository.changelog('@stamina/pino').split('\n## ')[1]?.trim();
      const expected = `${version('@stamina/pino')}\n\n### Patch Changes\n\n- COMMIT: ${FIX}`;
      return expectEqual(latest?.replace(/- [0-9a-f]{7,}: /, '- COMMIT: '), expected)
        .split('\n', 1)
        .join();
    },
    'a patch of core releases it alone': () => expectReleased('patch', ['@stamina/core']),
    'a minor version of core releases what depends on it, but no plugin': () => {
      // Below 1.0, a caret allows one minor version only.
      const isBelowOne = version('@stamina/core').startsWith('0.');
      return expectReleased('minor', ['@stamina/core'], isBelowOne ? ['@stamina/fetch'] : []);
    },
    'earlier plugins work with later core': () => expectWorks('latest', 'first'),
    'later plugins work with earlier core': () => {
      expectReleased('patch', PLUGINS);
      return expectWorks('first', 'latest');
    },
    'the latest of all work together': () => expectWorks('latest', 'latest'),
    'no release changed what a peer may be': () => {
      const peersOf = (manifests: Readonly<Record<string, Manifest>>) =>
        PLUGINS.map((name) => `${name}: ${manifests[name]?.peerDependencies?.['@stamina/core']}`).join(', ');
      return expectEqual(peersOf(repository.manifests()), peersOf(unreleased));
    },
  };
}

function next(version: string, bump: 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return (bump === 'minor' ? [major, minor + 1, 0] : [major, minor, patch + 1]).join('.');
}

function expectEqual(actual: string | undefined, wanted: string): string {
  if (actual !== wanted) throw new Error(`expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`);
  return wanted;
}
