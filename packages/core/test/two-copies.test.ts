import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../vitest.setup.ts';

type Core = typeof import('@stamina/core');
type Sync = typeof import('@stamina/core/sync');

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), 'stamina-copy-'));
writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }');
cpSync(dist, join(elsewhere, 'dist'), { recursive: true });
afterAll(() => rmSync(elsewhere, { recursive: true }));

const require = createRequire(import.meta.url);
const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href);
const esm: Core = await load(join(dist, 'index.js'));
const cjs: Core & Sync = { ...require(join(dist, 'index.cjs')), ...require(join(dist, 'sync.cjs')) };
const other: Core & Sync = {
  ...(await load(join(elsewhere, 'dist/index.js'))),
  ...(await load(join(elsewhere, 'dist/sync.js'))),
};

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
])('%s in one process', (_, one: Core, two: Core & Sync) => {
  test('are two copies indeed', () => expect(one.retry).not.toBe(two.retry));

  test('share whether retrying is active', async () => {
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

  test('share test mode, whoever ends it', async () => {
    const outer = one.setTesting(true, { attempts: 2 });
    expect(two.isTesting()).toBe(true);
    expect(await attemptsOf(two)).toBe(2);
    expect(attemptsOfSync(two)).toBe(2);
    const inner = two.setTesting(true, { attempts: 3, cap: true });
    expect(await attemptsOf(one)).toBe(3);
    outer.dispose(); // Out of order: the newest that is left applies.
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

  test('warn of a broken hook once between them', async () => {
    expectWarning('StaminaWarning');
    one.addRetryHook(() => {
      throw new Error('broken');
    });
    await attemptsOf(one);
    await attemptsOf(two);
    attemptsOfSync(two);
  });

  test('share a budget', async () => {
    const budget = one.retryBudget({ ratio: 0, minPerSecond: 0.3 }); // A reserve of 3.
    const run = ({ retry }: Core) =>
      retry({ on: Error, waitMax: 0, attempts: 3, budget }).run(async () => Promise.reject(new Error('not yet')));
    await expect(run(two)).rejects.toThrow('not yet');
    expect(Math.round(budget.balance)).toBe(1);
    await expect(run(one)).rejects.toThrow('not yet');
    expect(Math.round(budget.balance)).toBe(0);
  });
});

test('one name on globalThis holds what they share, and it is registered and versioned', () => {
  const keys = Object.getOwnPropertySymbols(globalThis).filter((key) => key.description?.includes('stamina'));
  expect(keys.length).toBe(1);
  const key = keys[0] as symbol;
  expect(Symbol.for(key.description as string)).toBe(key);
  expect(key.description).toMatch(/^@stamina\/core\/\d+$/);
});
