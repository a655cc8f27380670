import { getEventListeners } from 'node:events';
import {
  addRetryHook,
  getRetryHooks,
  type RetryHook,
  retry,
  retryContext,
  setActive,
  setRetryHooks,
  setTesting,
} from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { detailsOf, failing } from './support/work.ts';

const ALLOWED = 'a function or an object with onRetry, onGiveUp, onRecover or onSettle';

afterEach(() => {
  setRetryHooks([]);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function failOnce(options: object = {}): Promise<unknown> {
  return retry({ on: () => 0, ...options }).run(failing(new Error('once')));
}

/** Collects the warnings of the process until the test ends. */
function warnings(): (Error & { detail?: string })[] {
  const all: Error[] = [];
  const listen = (warning: Error): void => void all.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return all;
}

const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('there are no hooks by default', () => {
  expect(getRetryHooks()).toEqual([]);
});

test('setRetryHooks replaces the hooks', async () => {
  const [first, third] = [vi.fn<() => void>(), vi.fn<() => void>()];
  const second = { onRecover: vi.fn() };
  setRetryHooks([first, second]);
  expect(getRetryHooks()).toEqual([first, second]);
  setRetryHooks([third]);
  expect(getRetryHooks()).toEqual([third]);
  await failOnce();
  expect(first).not.toHaveBeenCalled();
  expect(second.onRecover).not.toHaveBeenCalled();
  expect(third).toHaveBeenCalledTimes(1);
});

test('onSettle is found and forgotten with its hook', async () => {
  const onSettle = vi.fn();
  const load = retry({ on: Error })(async () => 'done');
  const hook = { onSettle };
  await load();
  const added = addRetryHook(hook);
  await load();
  added.dispose();
  await load();
  expect(onSettle).toHaveBeenCalledTimes(1);
  setRetryHooks([() => {}, hook]);
  setTesting(true);
  await load();
  expect(onSettle).toHaveBeenCalledTimes(2);
  setTesting(false);
});

test('onSettle receives the waits, even if nobody listens to other events', async () => {
  const onSettle = vi.fn();
  await retry({ on: () => 0, onSettle }).run(failing(1, 2));
  expect(detailsOf(onSettle)).toMatchObject([{ errors: [1, 2], waits: [0, 0] }]);
});

test('a hook that is added while an attempt runs hears of the call if that attempt fails', async () => {
  const hook = { onRetry: vi.fn(), onRecover: vi.fn() };
  const work = failing(1);
  await retry({ on: () => 0 }).run(async () => {
    await aTurn();
    if (getRetryHooks().length === 0) addRetryHook(hook);
    return work();
  });
  expect(hook.onRetry).toHaveBeenCalledTimes(1);
  expect(hook.onRecover).toHaveBeenCalledTimes(1);
});

test('no details are made for an event that nobody hears', async () => {
  const name = vi.fn(() => 'load');
  const load = Object.defineProperty(failing(1), 'name', { get: name });
  await retry({ on: () => 0, onRecover() {} })(load)();
  expect(name).toHaveBeenCalledTimes(1);
});

test('hooks receive the newest ten waits', async () => {
  const onRecover = vi.fn();
  const errors = Array.from({ length: 12 }, (_, index) => index);
  await retry({ on: () => 0, attempts: 20, onRecover }).run(failing(...errors));
  expect(detailsOf(onRecover)).toMatchObject([{ errors: errors.slice(2), waits: Array(10).fill(0) }]);
});

test('onSettle is not called while retrying is switched off', async () => {
  const onSettle = vi.fn();
  using _ = setActive(false);
  await retry({ on: Error, onSettle }).run(() => 'done');
  expect(onSettle).not.toHaveBeenCalled();
});

test('getRetryHooks returns a copy', () => {
  const given: RetryHook[] = [() => {}];
  setRetryHooks(given);
  given.push(() => {});
  (getRetryHooks() as RetryHook[]).push(() => {});
  expect(getRetryHooks()).toHaveLength(1);
});

test('addRetryHook adds a hook until it is disposed', async () => {
  const log: string[] = [];
  setRetryHooks([() => void log.push('set')]);
  const one = addRetryHook(() => void log.push('one'));
  const two = addRetryHook({ onRetry: () => void log.push('two') });
  await failOnce();
  expect(log.splice(0)).toEqual(['set', 'one', 'two']);
  one.dispose();
  one.dispose();
  await failOnce();
  expect(log.splice(0)).toEqual(['set', 'two']);
  two[Symbol.dispose]();
  await failOnce();
  expect(log.splice(0)).toEqual(['set']);
});

test('a hook may be added twice', async () => {
  const hook = vi.fn();
  const [first, second] = [addRetryHook(hook), addRetryHook(hook)];
  await failOnce();
  expect(hook).toHaveBeenCalledTimes(2);
  second.dispose();
  second.dispose();
  await failOnce();
  expect(hook).toHaveBeenCalledTimes(3);
  first.dispose();
  expect(getRetryHooks()).toEqual([]);
});

test('disposing a replaced hook removes nothing', () => {
  const hook = vi.fn();
  const added = addRetryHook(hook);
  setRetryHooks([hook]);
  added.dispose();
  expect(getRetryHooks()).toEqual([hook]);
});

test('a hook may change the hooks for the next event', async () => {
  const late = vi.fn();
  const early = addRetryHook(() => {
    early.dispose();
    addRetryHook(late);
  });
  await failOnce();
  expect(late).not.toHaveBeenCalled();
  await failOnce();
  expect(late).toHaveBeenCalledTimes(1);
});

test('very many hooks are added and removed in a moment', () => {
  const startedAt = performance.now();
  const hooks = Array.from({ length: 50_000 }, () => addRetryHook({ onGiveUp() {} }));
  expect(getRetryHooks()).toHaveLength(50_000);
  for (const hook of hooks) hook.dispose();
  expect(getRetryHooks()).toEqual([]);
  // A copy of the list for each hook took minutes.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a function is called for retries only', async () => {
  const hook = vi.fn();
  setRetryHooks([hook]);
  await failOnce();
  await expect(retry({ on: () => 0, attempts: 2 }).run(failing(1, 2))).rejects.toBe(2);
  expect(hook.mock.calls.map(([details]) => 'elapsed' in details)).toEqual([false, false]);
});

test.each([
  [undefined, `\`hook\` must be ${ALLOWED}, got undefined`],
  [null, `\`hook\` must be ${ALLOWED}, got null`],
  ['log', `\`hook\` must be ${ALLOWED}, got "log"`],
  [{}, `\`hook\` must be ${ALLOWED}, got an object`],
  [{ onretry() {} }, `\`hook\` must be ${ALLOWED}, got an object`],
  [{ onRetry: undefined }, `\`hook\` must be ${ALLOWED}, got an object`],
  [{ onRetry: 5 }, '`onRetry` must be a function, got 5'],
  [{ onRetry() {}, onGiveUp: null }, '`onGiveUp` must be a function, got null'],
  [{ onRecover: 'log' }, '`onRecover` must be a function, got "log"'],
  [class Hook {}, `\`hook\` must be ${ALLOWED}, got class Hook`],
  [Object.assign(class Hook {}, { onRetry() {} }), `\`hook\` must be ${ALLOWED}, got class Hook`],
])('%o is refused as a hook', (given, message) => {
  const hook = vi.fn();
  setRetryHooks([hook]);
  expect(() => addRetryHook(given as RetryHook)).toThrow(new TypeError(message));
  expect(() => setRetryHooks([() => {}, given as RetryHook])).toThrow(new TypeError(message));
  expect(getRetryHooks()).toEqual([hook]);
});

test('a value other than an array of hooks is refused', () => {
  for (const [given, shown] of [
    [undefined, 'undefined'],
    [() => {}, 'function anonymous'],
    [{}, 'an object'],
  ]) {
    expect(() => setRetryHooks(given as RetryHook[])).toThrow(
      new TypeError(`\`hooks\` must be an array of hooks, got ${shown}; use [] for none`),
    );
  }
});

test('a warning names the hook and its error', async () => {
  expectWarning('The retry hook one failed');
  expectWarning('The retry hook two failed');
  expectWarning('The retry hook three failed');
  const all = warnings();
  const error = new Error('a bug');
  setRetryHooks([
    function one() {
      throw error;
    },
    function two() {
      throw Object.assign(new Error('a bug without a stack'), { stack: undefined });
    },
    function three() {
      throw { code: 5 };
    },
  ]);
  await failOnce();
  await failOnce();
  await aTurn();
  expect(all.map(({ name, message, detail }) => ({ name, message, detail }))).toEqual([
    {
      name: 'StaminaWarning',
      message: 'The retry hook one failed; its further failures are not reported. Retrying goes on.',
      detail: error.stack,
    },
    {
      name: 'StaminaWarning',
      message: 'The retry hook two failed; its further failures are not reported. Retrying goes on.',
      detail: 'a bug without a stack',
    },
    {
      name: 'StaminaWarning',
      message: 'The retry hook three failed; its further failures are not reported. Retrying goes on.',
      detail: 'an object',
    },
  ]);
});

test('a warning shows any thrown value', async () => {
  const all = warnings();
  for (const thrown of ['text', undefined, null]) {
    expectWarning('The retry hook anonymous failed');
    const throwing = (): never => {
      throw thrown;
    };
    await failOnce({ onRetry: Object.defineProperty(throwing, 'name', { value: '' }) });
  }
  await aTurn();
  expect(all.map(({ detail }) => detail)).toEqual(['"text"', 'undefined', 'null']);
});

test('each failing hook of a policy causes one warning', async () => {
  expectWarning('The retry hook onRecover failed');
  expectWarning('The retry hook onRetry failed');
  const onRecover = (): never => {
    throw new Error('a bug');
  };
  const onRetry = (): never => {
    throw new Error('another bug');
  };
  const policy = retry({ on: () => 0, onRetry, onRecover });
  await policy.run(failing(1));
  await policy.run(failing(1));
});

test('a failing hook of two policies causes one warning', async () => {
  expectWarning('The retry hook onRecover failed');
  const onRecover = (): never => {
    throw new Error('a bug');
  };
  await failOnce({ onRecover });
  await failOnce({ onRecover });
});

test('without `process.emitWarning` the warning goes to the console', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const call = failOnce({
    onRetry: () => {
      throw 'a bug';
    },
  });
  vi.stubGlobal('process', {});
  await call;
  vi.unstubAllGlobals();
  expect(warn.mock.calls).toEqual([
    ['The retry hook onRetry failed; its further failures are not reported. Retrying goes on.\n"a bug"'],
  ]);
});

test('hooks and warnings work without a `process`', async () => {
  vi.resetModules();
  const fresh = await import('@stamina/core');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const onRecover = vi.fn();
  const onRetry = (): never => {
    throw 'a bug';
  };
  vi.stubGlobal('process', undefined);
  const call = fresh.retry({ on: () => 0, onRetry, onRecover }).run(failing(1));
  await call.finally(() => vi.unstubAllGlobals());
  expect(warn).toHaveBeenCalledTimes(1);
  expect(onRecover).toHaveBeenCalledTimes(1);
});

describe('disposables of hooks', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const fails = async (): Promise<never> => Promise.reject(new Error('not yet'));

  /** Makes a hook that returns a disposable, and a log of when the hook is called and the disposable is disposed. */
  function tracker() {
    const log: string[] = [];
    let made = 0;
    const hook = () => {
      const id = ++made;
      log.push(`wait ${id}`);
      return { dispose: () => void log.push(`dispose ${id}`) };
    };
    return { log, hook };
  }

  describe('a disposable of `onRetry`', () => {
    test('is disposed once per wait, before the retry', async () => {
      const { log, hook } = tracker();
      const result = retry({ on: () => 100, onRetry: hook }).run(async ({ num }) => {
        log.push(`attempt ${num}`);
        if (num < 3) throw new Error('not yet');
      });
      await vi.advanceTimersByTimeAsync(99);
      expect(log).toEqual(['attempt 1', 'wait 1']);
      await vi.advanceTimersByTimeAsync(1_000);
      await result;
      expect(log).toEqual(['attempt 1', 'wait 1', 'dispose 1', 'attempt 2', 'wait 2', 'dispose 2', 'attempt 3']);
    });

    test.each([0, 100])('is disposed when a wait of %d ms is aborted', async (wait) => {
      const { log, hook } = tracker();
      const controller = new AbortController();
      const result = retry({
        on: () => wait,
        signal: controller.signal,
        onRetry() {
          if (wait === 0) controller.abort(new Error('enough'));
          return hook();
        },
      }).run(fails);
      const outcome = result.catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(50);
      controller.abort(new Error('enough'));
      expect(await outcome).toMatchObject({ message: 'enough' });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(log).toEqual(['wait 1', 'dispose 1']);
    });

    test('is disposed when the timeout passes while waiting', async () => {
      const { log, hook } = tracker();
      const onGiveUp = vi.fn(({ reason }: { reason: string }) => void log.push(reason));
      const result = retry({
        on: () => 50,
        timeout: 100,
        onGiveUp,
        onRetry() {
          vi.advanceTimersByTime(200); // The event loop is busy. The wait still fitted when core decided on it.
          return hook();
        },
      }).run(fails);
      const outcome = result.catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await outcome).toMatchObject({ message: 'not yet' });
      expect(log).toEqual(['wait 1', 'dispose 1', 'timeout']);
    });

    test('is disposed when a loop is left while it waits', async () => {
      const { log, hook } = tracker();
      const { signal } = new AbortController();
      const loop = retryContext({ on: () => 100, onRetry: hook, signal })[Symbol.asyncIterator]();
      const first = await loop.next();
      first.value?.fail(new Error('not yet'));
      const next = loop.next();
      await vi.advanceTimersByTimeAsync(50);
      expect(log).toEqual(['wait 1']);
      await loop.return?.();
      expect(log).toEqual(['wait 1', 'dispose 1']);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(await next).toEqual({ value: undefined, done: true });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(log).toEqual(['wait 1', 'dispose 1']);
    });

    test.each([0, 100])('is disposed if the hook closes the loop before a wait of %d ms', async (wait) => {
      const { log, hook } = tracker();
      const onGiveUp = vi.fn();
      const { signal } = new AbortController();
      const onRetry = () => {
        void loop.return?.();
        return hook();
      };
      const loop = retryContext({ on: () => wait, onRetry, onGiveUp, signal })[Symbol.asyncIterator]();
      const first = await loop.next();
      first.value?.fail(new Error('not yet'));
      expect(await loop.next()).toEqual({ value: undefined, done: true });
      expect(log).toEqual(['wait 1', 'dispose 1']);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(onGiveUp).not.toHaveBeenCalled();
    });

    test('may close the loop', async () => {
      const onRetry = () => ({ dispose: () => void loop.return?.() });
      const loop = retryContext({ on: () => 100, onRetry, attemptTimeout: 1_000 })[Symbol.asyncIterator]();
      const first = await loop.next();
      first.value?.fail(new Error('not yet'));
      const next = loop.next();
      await vi.advanceTimersByTimeAsync(100);
      expect(await next).toEqual({ value: undefined, done: true });
      expect(vi.getTimerCount()).toBe(0);
    });

    test('is disposed once when a loop is left after the wait', async () => {
      const { log, hook } = tracker();
      const loop = (async () => {
        for await (const attempt of retryContext({ on: () => 100, onRetry: hook })) {
          if (attempt.num === 2) break;
          attempt.fail(new Error('not yet'));
        }
      })();
      await vi.advanceTimersByTimeAsync(1_000);
      await loop;
      expect(log).toEqual(['wait 1', 'dispose 1']);
    });

    test('is disposed in test mode, without a wait', async () => {
      const { log, hook } = tracker();
      const testing = setTesting(true, { attempts: 2 });
      await expect(retry({ on: Error, onRetry: hook }).run(fails)).rejects.toThrow('not yet');
      testing.dispose();
      expect(log).toEqual(['wait 1', 'dispose 1']);
    });

    describe('in synchronous code', () => {
      test('is disposed once per wait, before the retry', () => {
        const { log, hook } = tracker();
        retrySync({ on: () => 1, onRetry: hook }).run(({ num }) => {
          log.push(`attempt ${num}`);
          if (num < 3) throw new Error('not yet');
        });
        expect(log).toEqual(['attempt 1', 'wait 1', 'dispose 1', 'attempt 2', 'wait 2', 'dispose 2', 'attempt 3']);
      });

      test('is disposed once when a loop is left after the wait', () => {
        const { log, hook } = tracker();
        for (const attempt of retryContextSync({ on: () => 1, onRetry: hook })) {
          if (attempt.num === 2) break;
          attempt.fail(new Error('not yet'));
        }
        expect(log).toEqual(['wait 1', 'dispose 1']);
      });
    });

    test('is disposed by `Symbol.dispose` rather than `dispose`', async () => {
      const dispose = vi.fn();
      const bySymbol = vi.fn();
      const onRetry = () => ({ dispose, [Symbol.dispose]: bySymbol });
      await expect(retry({ on: Error, waitMax: 0, attempts: 2, onRetry }).run(fails)).rejects.toThrow('not yet');
      expect(bySymbol).toHaveBeenCalledTimes(1);
      expect(dispose).not.toHaveBeenCalled();
    });

    test('is disposed even if another one fails', async () => {
      expectWarning('StaminaWarning');
      const log: string[] = [];
      const hook = (name: string) => () => ({
        dispose() {
          log.push(name);
          if (name === 'second') throw new Error('broken');
        },
      });
      setRetryHooks([hook('first'), hook('second'), hook('third')]);
      const result = retry({ on: () => 10, attempts: 2, onRetry: hook('own') }).run(fails);
      const outcome = result.catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await outcome).toMatchObject({ message: 'not yet' });
      expect(log.sort()).toEqual(['first', 'own', 'second', 'third']);
      setRetryHooks([]);
    });
  });
});
