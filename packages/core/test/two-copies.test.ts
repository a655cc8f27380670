import { AsyncLocalStorage } from 'node:async_hooks';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';

type Core = typeof import('@stamina/core');
type Sync = typeof import('@stamina/core/sync');
type Library = typeof import('@stamina/core/library');
type Simulation = typeof import('@stamina/core/simulation');
type All = Core & Sync & Library & Simulation;

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), 'stamina-copy-'));
writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }');
cpSync(dist, join(elsewhere, 'dist'), { recursive: true });
afterAll(() => rmSync(elsewhere, { recursive: true }));

const require = createRequire(import.meta.url);
const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href);
const ENTRIES = ['index', 'sync', 'library', 'simulation'];
const loadEsm = async (folder: string): Promise<All> =>
  Object.assign({}, ...(await Promise.all(ENTRIES.map((entry) => load(join(folder, `${entry}.js`))))));
const esm = await loadEsm(dist);
const cjs: All = Object.assign({}, ...ENTRIES.map((entry) => require(join(dist, `${entry}.cjs`))));
const other = await loadEsm(join(elsewhere, 'dist'));

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
