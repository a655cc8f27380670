// What comes after the first release: packages move alone, none by more than was said, and changelogs say what users need.
import type { Repository } from './release.ts';

/** Checks, in this order, that release again and again from `repository`, to which all is released once. */
export function laterReleases(repository: Repository, upgraded: () => string): Record<string, () => string | void> {
  return {
    'a change in @stamina/pino releases that alone': () => {
      repository.change('@stamina/pino', 'patch', 'An error that is no `Error` is logged as it is.');
      return expectEqual(repository.release().join(), '@stamina/pino@0.1.1');
    },
    'its changelog says so, and no more': () => {
      const [title, latest] = repository.changelog('@stamina/pino').split('\n## ');
      const entry = latest?.replace(/- [0-9a-f]{7,}: /, '- COMMIT: ');
      expectEqual(title, '# @stamina/pino\n');
      return expectEqual(
        entry?.trim(),
        '0.1.1\n\n### Patch Changes\n\n- COMMIT: An error that is no `Error` is logged as it is.',
      );
    },
    'a patch of core releases neither what depends on it nor its peers': () => {
      repository.change('@stamina/core', 'patch', 'A wait is never shorter than it says.');
      return expectEqual(repository.release().join(), '@stamina/core@0.1.1');
    },
    'a minor version of core, which leaves the ranges of the others, is no more than a patch to them': () => {
      repository.change('@stamina/core', 'minor', 'A policy tells its options.');
      repository.release();
      const { '@stamina/core': core, ...others } = repository.versions();
      expectEqual(core, '0.2.0');
      for (const [name, version] of Object.entries(others)) {
        if (!/^0\.1\.[0-2]$/.test(version)) throw new Error(`${name} is ${version}`);
      }
      return JSON.stringify(repository.versions());
    },
    'a service moves on to all of that, and its tests pass': upgraded,
  };
}

function expectEqual(actual: string | undefined, wanted: string): string {
  if (actual !== wanted) throw new Error(`expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`);
  return wanted;
}
