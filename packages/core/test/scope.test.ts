import { AsyncLocalStorage } from 'node:async_hooks';
import { isActive, isTesting, retry, setActive, setTesting } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** What core shares with `@stamina/testing`: settings by scope. */
interface Settings {
  active: readonly unknown[];
  testing: readonly unknown[];
  mode: object | undefined;
}
const shared = (globalThis as unknown as Record<symbol, Settings & { scopes?: AsyncLocalStorage<Settings> }>)[
  Symbol.for('@stamina/core/1')
] as Settings & { scopes?: AsyncLocalStorage<Settings> | undefined };

const scopes = new AsyncLocalStorage<Settings>();

beforeEach(() => {
  shared.scopes = scopes;
  shared.mode = { active: true, testing: undefined };
});
afterEach(() => {
  delete shared.scopes;
  shared.mode = undefined;
});

const inScope = <Result>(fn: () => Result): Result => {
  const { active, testing, mode } = shared;
  return scopes.run({ active, testing, mode }, fn);
};

/** How many attempts a call of a policy has that asks for 4. */
async function attempts(): Promise<number> {
  const work = vi.fn(() => Promise.reject(new Error('always')));
  await retry({ on: Error, attempts: 4, waitMax: 0 })
    .run(work)
    .catch(() => {});
  return work.mock.calls.length;
}

test('what is set in a scope holds there alone', async () => {
  await inScope(async () => {
    setTesting(true, { attempts: 2 });
    expect([isTesting(), await attempts()]).toEqual([true, 2]);
    setActive(false);
    expect([isActive(), await attempts()]).toEqual([false, 1]);
  });
  expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
});

test('a scope begins with what holds outside, and what is set outside later does not reach it', async () => {
  const outer = setTesting(true, { attempts: 2 });
  let proceed = (): void => {};
  const goOn = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const inner = inScope(async () => {
    expect(await attempts()).toBe(2);
    await goOn;
    return attempts();
  });
  outer.dispose();
  const later = setActive(false);
  proceed();
  expect(await inner).toBe(2);
  later.dispose();
  expect(await attempts()).toBe(4);
});

test('disposing in a scope shows there what was before', async () => {
  await inScope(async () => {
    const setting = setTesting(true, { attempts: 3 });
    setting.dispose();
    expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
  });
});

test('a setting is removed from the scope that it was made in, wherever that is done', async () => {
  const outer = setTesting(true, { attempts: 2 });
  inScope(() => outer.dispose());
  expect([isTesting(), await attempts()]).toEqual([false, 4]);
});

test('outside of all scopes nothing changes once there are some', async () => {
  const setting = setTesting(true, { attempts: 3 });
  expect(await attempts()).toBe(3);
  setting.dispose();
  expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
});

test('a call keeps to the scope in which it began, a synchronous one too', async () => {
  const work = vi.fn(() => {
    throw new Error('always');
  });
  inScope(() => {
    setTesting(true, { attempts: 2 });
    expect(() => retrySync({ on: Error, waitMax: 0 }).run(work)).toThrow('always');
  });
  expect(work).toHaveBeenCalledTimes(2);
});

test('test mode stands without a scope that says otherwise', async () => {
  const setting = setTesting(true, { attempts: 3 });
  await inScope(async () => {
    setTesting(false);
    expect([isTesting(), await attempts()]).toEqual([false, 4]);
  });
  expect([isTesting(), await attempts()]).toEqual([true, 3]);
  setting.dispose();
});
