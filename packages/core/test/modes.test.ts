import { isActive, isTesting, retry, setActive, setTesting } from '@stamina/core';
import { saveSettings } from '@stamina/core/library';
import { afterEach, expect, test, vi } from 'vitest';

const settings: { dispose(): void }[] = [];

afterEach(() => {
  for (const setting of settings.splice(0)) setting.dispose();
  expect([isActive(), isTesting()]).toEqual([true, false]);
});

function kept<Setting extends { dispose(): void }>(setting: Setting): Setting {
  settings.push(setting);
  return setting;
}

/** Counts the attempts of a call with `attempts: 4`. */
async function attempts(): Promise<number> {
  const work = vi.fn(() => Promise.reject(new Error('always')));
  await retry({ on: Error, attempts: 4, waitMax: 0 })
    .run(work)
    .catch(() => {});
  return work.mock.calls.length;
}

test('retrying is active by default, without test mode', async () => {
  expect([isActive(), isTesting()]).toEqual([true, false]);
  expect(await attempts()).toBe(4);
});

test('a disposable restores the previous setting once', async () => {
  const inactive = kept(setActive(false));
  expect(isActive()).toBe(false);
  const active = kept(setActive(true));
  expect(isActive()).toBe(true);
  active.dispose();
  expect(isActive()).toBe(false);
  active.dispose();
  expect(isActive()).toBe(false);
  expect(await attempts()).toBe(1);
  inactive.dispose();
  expect(isActive()).toBe(true);
  expect(await attempts()).toBe(4);
});

test('activation may be disposed in any order', () => {
  const [first, second, third] = [kept(setActive(false)), kept(setActive(true)), kept(setActive(false))];
  second.dispose();
  expect(isActive()).toBe(false);
  third.dispose();
  expect(isActive()).toBe(false);
  first.dispose();
  expect(isActive()).toBe(true);
});

test('test mode may be disposed in any order', async () => {
  const first = kept(setTesting(true, { attempts: 2 }));
  const second = kept(setTesting(true, { attempts: 3 }));
  const third = kept(setTesting(false));
  expect([isTesting(), await attempts()]).toEqual([false, 4]);
  third.dispose();
  expect([isTesting(), await attempts()]).toEqual([true, 3]);
  first.dispose();
  expect([isTesting(), await attempts()]).toEqual([true, 3]);
  second.dispose();
  expect([isTesting(), await attempts()]).toEqual([false, 4]);
});

test('disposing the newer setting restores the older', async () => {
  kept(setTesting(true, { attempts: 2 }));
  const newer = kept(setTesting(true, { attempts: 3 }));
  newer.dispose();
  expect(await attempts()).toBe(2);
});

test('activation and test mode are independent', async () => {
  const testing = kept(setTesting(true, { attempts: 3 }));
  const inactive = kept(setActive(false));
  expect([isActive(), isTesting(), await attempts()]).toEqual([false, true, 1]);
  testing.dispose();
  expect([isActive(), isTesting(), await attempts()]).toEqual([false, false, 1]);
  inactive.dispose();
  expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
});

test('a mode may be set any number of times', () => {
  const kept = (): number[] => {
    const { active, testing } = Reflect.get(globalThis, Symbol.for('@stamina/core/1'));
    return [active.length, testing.length];
  };
  const restore = saveSettings();
  for (let round = 0; round < 5_000; round++) {
    setActive(round % 2 === 0);
    setTesting(round % 2 === 0);
  }
  expect([isActive(), isTesting()]).toEqual([false, false]);
  expect(kept()).toEqual([1_000, 1_000]);
  setActive(true).dispose();
  expect(isActive()).toBe(false);
  restore();
  expect(kept()).toEqual([0, 0]);
});

test('a setting works with `using`', () => {
  const inactive = setActive(false);
  inactive[Symbol.dispose]();
  expect(isActive()).toBe(true);
  const testing = setTesting(true);
  testing[Symbol.dispose]();
  expect(isTesting()).toBe(false);
  expect(testing).toEqual({ dispose: expect.any(Function), [Symbol.dispose]: expect.any(Function) });
});

test('`cap` never raises the attempts', async () => {
  kept(setTesting(true, { attempts: 9, cap: true }));
  expect(await attempts()).toBe(4);
  kept(setTesting(true, { cap: true, attempts: undefined }));
  expect(await attempts()).toBe(1);
  kept(setTesting(true, { attempts: Infinity, cap: true }));
  expect(await attempts()).toBe(4);
});

const ATTEMPTS = '`attempts` must be an integer of at least 1, or Infinity';

test.each<[unknown, unknown, Error]>([
  [undefined, undefined, new TypeError('`testing` must be true or false, got undefined')],
  ['yes', undefined, new TypeError('`testing` must be true or false, got "yes"')],
  [
    true,
    null,
    new TypeError('`options of setTesting` must be an object, got null; write setTesting(true, { attempts: 1 })'),
  ],
  [true, 3, new TypeError('`options of setTesting` must be an object, got 3; write setTesting(true, { attempts: 1 })')],
  [
    true,
    { attempt: 1 },
    new TypeError(
      '`attempt` is not known in options of setTesting; did you mean `attempts`? Allowed are attempts, cap',
    ),
  ],
  [true, { attempts: 0 }, new RangeError(`${ATTEMPTS}, got 0`)],
  [true, { attempts: 1.5 }, new RangeError(`${ATTEMPTS}, got 1.5`)],
  [true, { attempts: null }, new TypeError(`${ATTEMPTS}, got null`)],
  [true, { cap: 1 }, new TypeError('`cap` must be true or false, got 1')],
  [false, { cap: null }, new TypeError('`cap` must be true or false, got null')],
])('setTesting(%o, %o) is refused', (testing, options, error) => {
  expect(() => setTesting(testing as boolean, options as object)).toThrow(error);
  expect(isTesting()).toBe(false);
});

test.each([undefined, null, 0, 'off'])('setActive(%o) is refused', (active) => {
  const shown = typeof active === 'string' ? `"${active}"` : String(active);
  expect(() => setActive(active as unknown as boolean)).toThrow(
    new TypeError(`\`active\` must be true or false, got ${shown}`),
  );
  expect(isActive()).toBe(true);
});

test('inactive calls use no predicate and no hook', async () => {
  kept(setActive(false));
  const on = vi.fn(() => true);
  const [onRetry, onGiveUp] = [vi.fn(), vi.fn()];
  const error = new Error('always');
  await expect(retry({ on, onRetry, onGiveUp }).run(() => Promise.reject(error))).rejects.toBe(error);
  const timedOut = retry({ on, attemptTimeout: 1, onRetry, onGiveUp }).run(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(error))),
  );
  await expect(timedOut).rejects.toBe(error);
  for (const hook of [on, onRetry, onGiveUp]) expect(hook).not.toHaveBeenCalled();
});
