// Checks the entries of the built package, as it is published.

import { AsyncLocalStorage } from 'node:async_hooks';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import manifest from '../package.json' with { type: 'json' };

const FILES = ['core', 'sync', 'simulation'];
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const require = createRequire(import.meta.url);

const loadEsm = (name: string) => import(/* @vite-ignore */ join(DIST, `${name}.js`));
const loadCjs = async (name: string) => require(join(DIST, `${name}.cjs`));

test('the main entry and the entry for libraries are one file', () => {
  const { '.': main, './library': library } = manifest.exports;
  expect([library.import.default, library.require.default]).toEqual([main.import.default, main.require.default]);
  expect(library.import.types).not.toBe(main.import.types);
});

describe.each([
  ['ES modules', loadEsm, 'js'],
  ['CommonJS', loadCjs, 'cjs'],
] as const)('%s', (_, load, extension) => {
  test.each(FILES)('%s needs no other file', (name) => {
    const imported = /\b(?:from|import|require)\s*\(?\s*["'`]\.[^"'`]*/;
    expect(imported.exec(readFileSync(join(DIST, `${name}.${extension}`), 'utf8'))).toBeNull();
  });

  describe('all entries share', async () => {
    const core: typeof import('@stamina/core') = await load('core');
    const library: typeof import('@stamina/core/library') = await load('core');
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

type Core = typeof import('@stamina/core');
type Sync = typeof import('@stamina/core/sync');
type Library = typeof import('@stamina/core/library');
type Simulation = typeof import('@stamina/core/simulation');
type All = Core & Sync & Library & Simulation;

const elsewhere = mkdtempSync(join(tmpdir(), 'stamina-copy-'));
writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }');
cpSync(DIST, join(elsewhere, 'dist'), { recursive: true });
afterAll(() => rmSync(elsewhere, { recursive: true }));

const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href);
const loadCopy = async (folder: string): Promise<All> =>
  Object.assign({}, ...(await Promise.all(FILES.map((name) => load(join(folder, `${name}.js`))))));
const esm = await loadCopy(DIST);
const cjs: All = Object.assign({}, ...FILES.map((name) => require(join(DIST, `${name}.cjs`))));
const other = await loadCopy(join(elsewhere, 'dist'));

afterEach(() => esm.setRetryHooks([]));

async function attemptsOf({ retry }: Core): Promise<number> {
  let attempts = 0;
  await retry({ on: Error, waitMax: 0, attempts: 5 })
    .run(async () => Promise.reject(new Error(`failure ${++attempts}`)))
    .catch(() => {});
  return attempts;
}

function attemptsOfSync({ retrySync }: Sync): number {
  let attempts = 0;
  try {
    retrySync({ on: Error, waitMax: 0, attempts: 5 }).run(() => {
      throw new Error(`failure ${++attempts}`);
    });
  } catch {}
  return attempts;
}

describe.each([
  ['ESM and CommonJS', esm, cjs],
  ['CommonJS and an ESM copy', cjs, other],
  ['two ESM copies', esm, other],
])('%s in one process', (_, one: All, two: All) => {
  test('are two copies', () => expect(one.retry).not.toBe(two.retry));

  test('share activation', async () => {
    const off = one.setActive(false);
    expect(two.isActive()).toBe(false);
    expect(await attemptsOf(two)).toBe(1);
    expect(attemptsOfSync(two)).toBe(1);
    const on = two.setActive(true);
    expect(one.isActive()).toBe(true);
    expect(await attemptsOf(one)).toBe(5);
    on.dispose();
    expect(one.isActive()).toBe(false);
    off.dispose();
    expect(two.isActive()).toBe(true);
    expect(await attemptsOf(two)).toBe(5);
    expect(attemptsOfSync(two)).toBe(5);
  });

  test('share test mode', async () => {
    const outer = one.setTesting(true, { attempts: 2 });
    expect(two.isTesting()).toBe(true);
    expect(await attemptsOf(two)).toBe(2);
    expect(attemptsOfSync(two)).toBe(2);
    const inner = two.setTesting(true, { attempts: 3, cap: true });
    expect(await attemptsOf(one)).toBe(3);
    outer.dispose(); // This is out of order. The newest setting that is left applies.
    expect(await attemptsOf(one)).toBe(3);
    expect(await attemptsOf(two)).toBe(3);
    inner.dispose();
    expect([one.isTesting(), two.isTesting()]).toEqual([false, false]);
    expect(await attemptsOf(one)).toBe(5);
  });

  test('share the hooks', async () => {
    const first = vi.fn();
    const second = vi.fn();
    one.setRetryHooks([first]);
    const added = two.addRetryHook({ onGiveUp: second });
    expect(one.getRetryHooks()).toEqual(two.getRetryHooks());
    expect(one.getRetryHooks().length).toBe(2);
    await attemptsOf(one);
    await attemptsOf(two);
    attemptsOfSync(two);
    expect(first).toHaveBeenCalledTimes(12);
    expect(second).toHaveBeenCalledTimes(3);
    added.dispose();
    expect(one.getRetryHooks()).toEqual([first]);
    two.setRetryHooks([]);
    await attemptsOf(one);
    expect(first).toHaveBeenCalledTimes(12);
  });

  test('cause one warning for a broken hook', async () => {
    expectWarning('StaminaWarning');
    one.addRetryHook(() => {
      throw new Error('broken');
    });
    await attemptsOf(one);
    await attemptsOf(two);
    attemptsOfSync(two);
  });

  test('share scopes', async () => {
    await one.runInScope(
      () => new AsyncLocalStorage(),
      async () => {
        two.setTesting(true, { attempts: 2 });
        expect(await attemptsOf(one)).toBe(2);
        expect(two.currentScope()).toBe(one.currentScope());
      },
    );
    expect(two.isTesting()).toBe(false);
  });

  test('share a budget', async () => {
    const budget = one.retryBudget({ ratio: 0, reserve: 3 });
    const run = ({ retry }: Core) =>
      retry({ on: Error, waitMax: 0, attempts: 3, budget }).run(async () => Promise.reject(new Error('not yet')));
    await expect(run(two)).rejects.toThrow('not yet');
    expect(Math.round(budget.balance)).toBe(1);
    await expect(run(one)).rejects.toThrow('not yet');
    expect(Math.round(budget.balance)).toBe(0);
  });
  test('notice nested retries of each other', async () => {
    const failing = vi.fn(() => {
      throw new Error('not yet');
    });
    const options = { on: Error, waitMax: 0, attempts: 3, nested: false };
    const nested = two.retry(options).run(() => one.retrySync(options).run(failing));
    const thrown = await nested.catch((error: unknown) => error);
    expect(failing).toHaveBeenCalledTimes(3);
    expect([one.gaveUp(thrown), two.gaveUp(thrown)]).toEqual([true, true]);
  });

  test('simulate budgets of each other', () => {
    const options = { on: Error, budget: one.retryBudget() };
    expect(
      two
        .retrySimulation(options, { now: () => 0, random: () => 0 })
        .begin()
        .fail(),
    ).toBe(100);
  });
});

test('copies share one registered, versioned symbol of globalThis', () => {
  const keys = Object.getOwnPropertySymbols(globalThis).filter((key) => key.description?.includes('stamina'));
  expect(keys.length).toBe(1);
  const key = keys[0] as symbol;
  expect(Symbol.for(key.description as string)).toBe(key);
  expect(key.description).toMatch(/^@stamina\/core\/\d+$/);
});
