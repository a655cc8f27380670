// Checks the entries of the built package, as it is published.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const require = createRequire(import.meta.url);

const loadEsm = (entry: string) => import(/* @vite-ignore */ join(DIST, `${entry}.js`));
const loadCjs = async (entry: string) => require(join(DIST, `${entry}.cjs`));

/** Returns the files that an entry loads, including itself. */
function filesOf(entry: string): string[] {
  const files = new Set([join(DIST, entry)]);
  for (const file of files) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import|require\()\s*"(\.[^"]+)"/g)) {
      files.add(join(dirname(file), path));
    }
  }
  return [...files];
}

/** Returns whether a built file defines functions or classes. Other files only re-export names. */
const hasCode = (file: string): boolean => /^(async )?(function|class) /m.test(readFileSync(file, 'utf8'));

describe.each([
  ['ES modules', loadEsm, 'js'],
  ['CommonJS', loadCjs, 'cjs'],
] as const)('%s', (_, load, extension) => {
  test('the main entry and the library load one core', () => {
    const core = join(DIST, `core.${extension}`);
    expect(filesOf(`index.${extension}`).filter(hasCode)).toEqual([core]);
    expect(filesOf(`library.${extension}`).filter(hasCode)).toEqual([core]);
  });

  test.each(['sync', 'simulation'])('%s is one file', (entry) => {
    expect(filesOf(`${entry}.${extension}`)).toEqual([join(DIST, `${entry}.${extension}`)]);
  });

  describe('all entries share', async () => {
    const core: typeof import('@stamina/core') = await load('index');
    const library: typeof import('@stamina/core/library') = await load('library');
    const sync: typeof import('@stamina/core/sync') = await load('sync');
    const simulation: typeof import('@stamina/core/simulation') = await load('simulation');
    const noWait = { waitMax: 0, attempts: 3 };
    const error = new Error('always');
    const raise = (): never => {
      throw error;
    };

    afterEach(() => core.setRetryHooks([]));

    /** Makes one failing call through each entry. */
    async function failAll(options: object): Promise<void> {
      const call = { classify: () => true, attempt: raise };
      await expect(
        library
          .libraryPolicy({ ...noWait, ...options })
          .begin()
          .retry(error, call),
      ).rejects.toBe(error);
      await expect(core.retry({ on: Error, ...noWait, ...options }).run(raise)).rejects.toBe(error);
      expect(() => sync.retrySync({ on: Error, ...noWait, ...options }).run(raise)).toThrow(error);
    }

    test('hooks', async () => {
      const hook = vi.fn();
      core.setRetryHooks([{ onGiveUp: hook }]);
      await failAll({});
      expect(hook.mock.calls.map(([{ reason, attempt }]) => [reason, attempt])).toEqual(Array(3).fill(['attempts', 3]));
    });

    test('activation and test mode', async () => {
      const onGiveUp = vi.fn();
      const testing = core.setTesting(true, { attempts: 2 });
      expect(library.libraryPolicy().begin().attempts).toBe(2);
      await failAll({ onGiveUp });
      expect(onGiveUp.mock.calls.map(([{ attempt }]) => attempt)).toEqual([2, 2, 2]);
      const inactive = core.setActive(false);
      expect(library.libraryPolicy().begin().attempts).toBe(1);
      inactive.dispose();
      testing.dispose();
    });

    test('budgets', async () => {
      const budget = core.retryBudget({ ratio: 0, reserve: 5 });
      const onGiveUp = vi.fn();
      await failAll({ budget, onGiveUp });
      expect(onGiveUp.mock.calls.map(([{ reason, attempt }]) => [reason, attempt])).toEqual([
        ['attempts', 3],
        ['attempts', 3],
        ['budget', 2],
      ]);
      const simulated = simulation.retrySimulation({ on: Error, budget }, { now: () => 0, random: () => 0 }).begin();
      expect(simulated.fail()).toBe(100);
    });
  });
});
