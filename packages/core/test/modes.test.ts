import { AsyncLocalStorage } from 'node:async_hooks';
import {
  addRetryHook,
  gaveUp,
  getRetryHooks,
  isActive,
  isTesting,
  retry,
  setActive,
  setRetryHooks,
  setTesting,
} from '@stamina/core';
import { currentScope, isWithinScope, runInScope, type Scope, saveSettings } from '@stamina/core/library';
import { retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

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
  expect(gaveUp(error)).toBe(false);
});

describe('scopes', () => {
  let storages = 0;
  const makeStorage = (): AsyncLocalStorage<unknown> => {
    storages++;
    return new AsyncLocalStorage();
  };
  const inScope = <Result>(fn: () => Result): Result => runInScope(makeStorage, fn);

  async function expectSettingsOfProcess(): Promise<void> {
    const testing = setTesting(true, { attempts: 3 });
    expect([isTesting(), await attempts()]).toEqual([true, 3]);
    testing.dispose();
    const inactive = setActive(false);
    expect([isActive(), await attempts()]).toEqual([false, 1]);
    inactive.dispose();
    expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
  }

  // Once a process has had a scope, core looks up settings in another way. Therefore this test must come first.
  test('the first scope leaves the process settings alone', async () => {
    await expectSettingsOfProcess();
    const restore = saveSettings();
    const scoped = inScope(async () => {
      setTesting(true, { attempts: 2 });
      await Promise.resolve();
      return attempts();
    });
    restore();
    expect(await scoped).toBe(2);
    await expectSettingsOfProcess();
  });

  describe('a scope', () => {
    test('keeps its settings to itself', async () => {
      await inScope(async () => {
        setTesting(true, { attempts: 2 });
        expect([isTesting(), await attempts()]).toEqual([true, 2]);
        setActive(false);
        expect([isActive(), await attempts()]).toEqual([false, 1]);
      });
      expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
    });

    test('starts with the outer settings, and ignores later ones', async () => {
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

    test('restores its own settings on disposal', async () => {
      await inScope(async () => {
        const setting = setTesting(true, { attempts: 3 });
        setting.dispose();
        expect([isActive(), isTesting(), await attempts()]).toEqual([true, false, 4]);
      });
    });

    test('may dispose an outer setting', async () => {
      const outer = setTesting(true, { attempts: 2 });
      inScope(() => outer.dispose());
      expect([isTesting(), await attempts()]).toEqual([false, 4]);
    });

    test('applies to synchronous calls', () => {
      const work = vi.fn(() => {
        throw new Error('always');
      });
      inScope(() => {
        setTesting(true, { attempts: 2 });
        expect(() => retrySync({ on: Error, waitMax: 0 }).run(work)).toThrow('always');
      });
      expect(work).toHaveBeenCalledTimes(2);
    });

    test('may switch off the test mode of the process', async () => {
      const setting = setTesting(true, { attempts: 3 });
      await inScope(async () => {
        setTesting(false);
        expect([isTesting(), await attempts()]).toEqual([false, 4]);
      });
      expect([isTesting(), await attempts()]).toEqual([true, 3]);
      setting.dispose();
    });

    test('may hold another scope', async () => {
      await inScope(async () => {
        setTesting(true, { attempts: 3 });
        await inScope(async () => {
          expect(await attempts()).toBe(3);
          setTesting(true, { attempts: 2 });
          expect(await attempts()).toBe(2);
        });
        expect(await attempts()).toBe(3);
      });
    });

    test('lasts for everything that its function starts', async () => {
      let later: Promise<number> | undefined;
      inScope(() => {
        setTesting(true, { attempts: 2 });
        later = new Promise<void>((resolve) => setTimeout(resolve, 1)).then(attempts);
      });
      expect(isTesting()).toBe(false);
      expect(await later).toBe(2);
    });

    test('returns and throws what its function does', () => {
      expect(inScope(() => 'result')).toBe('result');
      const error = new Error('thrown');
      expect(() =>
        inScope(() => {
          throw error;
        }),
      ).toThrow(error);
    });

    test('adds hooks to the process', () => {
      const hook = (): void => {};
      const added = inScope(() => addRetryHook(hook));
      expect(getRetryHooks()).toEqual([hook]);
      added.dispose();
      expect(getRetryHooks()).toEqual([]);
    });

    test('shares one storage with all scopes', () => {
      inScope(() => inScope(() => {}));
      expect(storages).toBe(1);
    });
  });

  describe('currentScope', () => {
    test('is undefined outside of scopes', () => {
      expect(currentScope()).toBeUndefined();
      inScope(() => {});
      expect(currentScope()).toBeUndefined();
    });

    test('returns the innermost scope', async () => {
      await inScope(async () => {
        const outer = currentScope();
        expect(outer?.outer).toBeUndefined();
        await inScope(async () => {
          await Promise.resolve();
          const inner = currentScope();
          expect(inner).not.toBe(outer);
          expect(inner?.outer).toBe(outer);
        });
        expect(currentScope()).toBe(outer);
      });
    });
  });

  test('isWithinScope finds outer scopes too', () => {
    const [first, second] = inScope(() => [currentScope() as Scope, inScope(currentScope) as Scope]) as [Scope, Scope];
    const other = inScope(currentScope) as Scope;
    expect([first, second, other].map(isWithinScope)).toEqual([false, false, false]);
    inScope(() => {
      const outer = currentScope() as Scope;
      inScope(() => {
        const inner = currentScope() as Scope;
        expect([inner, outer, first, other].map(isWithinScope)).toEqual([true, true, false, false]);
      });
      expect(isWithinScope(outer)).toBe(true);
    });
  });

  describe('saveSettings', () => {
    let restore: () => void;
    const hook = (): void => {};

    beforeEach(() => {
      restore = saveSettings();
    });
    afterEach(() => {
      restore();
      expect([isActive(), isTesting(), getRetryHooks()]).toEqual([true, false, []]);
    });

    test('restores activation, test mode and hooks', async () => {
      setActive(false);
      setTesting(true);
      setRetryHooks([hook]);
      restore();
      expect([isActive(), isTesting(), getRetryHooks(), await attempts()]).toEqual([true, false, [], 4]);
    });

    test('restores settings that were disposed', async () => {
      const testing = setTesting(true, { attempts: 2 });
      const added = addRetryHook(hook);
      const restoreBoth = saveSettings();
      testing.dispose();
      added.dispose();
      restoreBoth();
      expect([isTesting(), getRetryHooks(), await attempts()]).toEqual([true, [hook], 2]);
    });

    test('may be used several times', () => {
      for (let time = 0; time < 2; time++) {
        setActive(false);
        addRetryHook(hook);
        restore();
        expect([isActive(), getRetryHooks()]).toEqual([true, []]);
      }
    });
  });
});
