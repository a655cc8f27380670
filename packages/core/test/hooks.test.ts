import { addRetryHook, getRetryHooks, type RetryHook, retry, setRetryHooks } from '@stamina/core';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { expectWarning } from '../../../vitest.setup.ts';
import { failing } from './work.ts';

const ALLOWED = 'a function or an object with onRetry, onGiveUp or onRecover';

afterEach(() => {
  setRetryHooks([]);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function failOnce(options: object = {}): Promise<unknown> {
  return retry({ on: () => 0, ...options }).run(failing(new Error('once')));
}

/** The warnings of the process, from now until the test ends. */
function warnings(): (Error & { detail?: string })[] {
  const all: Error[] = [];
  const listen = (warning: Error): void => void all.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return all;
}

const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('there are no hooks unless some are set', () => {
  expect(getRetryHooks()).toEqual([]);
});

test('setting hooks replaces those that were there', async () => {
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

test('the hooks that were asked for are a list of their own', () => {
  const given: RetryHook[] = [() => {}];
  setRetryHooks(given);
  given.push(() => {});
  (getRetryHooks() as RetryHook[]).push(() => {});
  expect(getRetryHooks()).toHaveLength(1);
});

test('a hook that is added stands behind the others, until it is disposed', async () => {
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

test('a hook that is added twice is called twice, and each disposable removes one', async () => {
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

test('a disposable of a hook that was replaced removes nothing', () => {
  const hook = vi.fn();
  const added = addRetryHook(hook);
  setRetryHooks([hook]);
  added.dispose();
  expect(getRetryHooks()).toEqual([hook]);
});

test('a hook that changes the hooks changes them for the next event', async () => {
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

test('a function hears of retries alone', async () => {
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
  [{}, `\`hook\` must be ${ALLOWED}, got {}`],
  [{ onretry() {} }, `\`hook\` must be ${ALLOWED}, got {}`],
  [{ onRetry: undefined }, `\`hook\` must be ${ALLOWED}, got {}`],
  [{ onRetry: 5 }, '`onRetry` must be a function, got 5'],
  [{ onRetry() {}, onGiveUp: null }, '`onGiveUp` must be a function, got null'],
  [{ onRecover: 'log' }, '`onRecover` must be a function, got "log"'],
])('%o is no hook, and changes nothing', (given, message) => {
  const hook = vi.fn();
  setRetryHooks([hook]);
  expect(() => addRetryHook(given as RetryHook)).toThrow(new TypeError(message));
  expect(() => setRetryHooks([() => {}, given as RetryHook])).toThrow(new TypeError(message));
  expect(getRetryHooks()).toEqual([hook]);
});

test('hooks that are no array are refused', () => {
  for (const [given, shown] of [
    [undefined, 'undefined'],
    [() => {}, 'a function'],
    [{}, '{}'],
  ]) {
    expect(() => setRetryHooks(given as RetryHook[])).toThrow(
      new TypeError(`\`hooks\` must be an array of hooks, got ${shown}; use [] for none`),
    );
  }
});

test('a warning of a hook tells what went wrong, once for each hook', async () => {
  expectWarning('A retry hook (one) failed.');
  expectWarning('A retry hook (two) failed.');
  expectWarning('A retry hook (three) failed.');
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
      message: 'A retry hook (one) failed. Retrying goes on; further failures of this hook are not reported.',
      detail: error.stack,
    },
    {
      name: 'StaminaWarning',
      message: 'A retry hook (two) failed. Retrying goes on; further failures of this hook are not reported.',
      detail: 'a bug without a stack',
    },
    {
      name: 'StaminaWarning',
      message: 'A retry hook (three) failed. Retrying goes on; further failures of this hook are not reported.',
      detail: '{"code":5}',
    },
  ]);
});

test('a warning of a hook shows whatever was thrown', async () => {
  const all = warnings();
  for (const thrown of ['text', undefined, null]) {
    expectWarning('A retry hook (anonymous) failed.');
    const throwing = (): never => {
      throw thrown;
    };
    await failOnce({ onRetry: Object.defineProperty(throwing, 'name', { value: '' }) });
  }
  await aTurn();
  expect(all.map(({ detail }) => detail)).toEqual(['"text"', 'undefined', 'null']);
});

test('own hooks that fail are warned of once each', async () => {
  expectWarning('A retry hook (onRecover) failed.');
  expectWarning('A retry hook (onRetry) failed.');
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

test('one own hook of many policies is warned of once', async () => {
  expectWarning('A retry hook (onRecover) failed.');
  const onRecover = (): never => {
    throw new Error('a bug');
  };
  await failOnce({ onRecover });
  await failOnce({ onRecover });
});

test('without `process.emitWarning` the console is warned', async () => {
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
    ['A retry hook (onRetry) failed. Retrying goes on; further failures of this hook are not reported.\n"a bug"'],
  ]);
});

test('where there is no `process` at all, hooks are told and warnings given all the same', async () => {
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
