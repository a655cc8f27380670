import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { addRetryHook, type OnRetry, type RetryHook, retry, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../vitest.setup.ts';

// The setup fails a test on a second warning: each `expectWarning` is for exactly one.

afterEach(() => setRetryHooks([]));

const now = { on: Error, waitMax: 0 };

/** Two retries and a success, or with `attempts: 3` a give-up. */
async function call(options: object = {}): Promise<unknown> {
  let calls = 0;
  return retry({ ...now, ...options }).run(async () => {
    if (++calls < 4) throw new Error(`failure ${calls}`);
    return calls;
  });
}

const misbehaviours: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined;
    },
  ],
  ['rejects', async () => Promise.reject(new Error('broken'))],
  ['rejects later', () => new Promise((_, reject) => setImmediate(() => reject(new Error('broken'))))],
  [
    'returns a disposable that throws',
    () => ({
      dispose() {
        throw new Error('broken');
      },
    }),
  ],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tried here.
      then() {
        throw new Error('broken');
      },
    }),
  ],
];

describe.each(misbehaviours)('a hook that %s', (_, misbehave) => {
  test('is warned of once, disturbs no retry, and keeps no other hook from running', async () => {
    expectWarning(/StaminaWarning: .*broke/);
    const before = vi.fn();
    const after = vi.fn();
    const broke = vi.fn((_details: unknown) => misbehave() as void);
    // Named for the warning, which tells which hook failed.
    const hook = Object.defineProperty((details: unknown) => broke(details), 'name', { value: 'broke' });
    setRetryHooks([before, hook, after]);
    expect(await call()).toBe(4);
    expect(await call()).toBe(4);
    expect([before, broke, after].map((each) => each.mock.calls.length)).toEqual([6, 6, 6]);
    await new Promise((done) => setImmediate(done));
  });

  test('is warned of once when it belongs to one policy', async () => {
    expectWarning('StaminaWarning');
    const global = vi.fn();
    addRetryHook(global);
    const policy = retry({ ...now, onRetry: misbehave as OnRetry });
    for (let calls = 0; calls < 2; calls++) {
      expect(await policy.run(async ({ num }) => (num < 3 ? Promise.reject(new Error('not yet')) : num))).toBe(3);
    }
    expect(global).toHaveBeenCalledTimes(4);
    await new Promise((done) => setImmediate(done));
  });
});

test.each(['onGiveUp', 'onRecover'] as const)('an %s that throws does not change how a call ends', async (event) => {
  expectWarning('StaminaWarning');
  const others = { onGiveUp: vi.fn(), onRecover: vi.fn() };
  setRetryHooks([
    {
      [event]: () => {
        throw new Error('broken');
      },
    },
    others,
  ]);
  expect(await call()).toBe(4);
  await expect(call({ attempts: 3 })).rejects.toThrow('failure 3');
  expect(others.onRecover).toHaveBeenCalledTimes(1);
  expect(others.onGiveUp).toHaveBeenCalledTimes(1);
});

test('each of two broken hooks is warned of', async () => {
  expectWarning(/first/);
  expectWarning(/second/);
  setRetryHooks([
    function first() {
      throw new Error('broken');
    },
    function second() {
      throw new Error('broken');
    },
  ]);
  expect(await call()).toBe(4);
});

test('a hook that was replaced and set again is not warned of again', async () => {
  expectWarning('StaminaWarning');
  const hook = () => {
    throw new Error('broken');
  };
  for (let times = 0; times < 2; times++) {
    setRetryHooks([hook]);
    expect(await call()).toBe(4);
    setRetryHooks([]);
  }
});

test('the warning tells what the hook threw', async () => {
  expectWarning('StaminaWarning');
  const arrived = new Promise<Error & { detail?: string }>((resolve) => process.once('warning', resolve));
  setRetryHooks([
    () => {
      throw new Error('the very cause');
    },
  ]);
  await call();
  const { name, message, detail } = await arrived;
  expect(`${name} ${message} ${detail}`).toContain('the very cause');
});

test('a promise that a hook returns is not awaited', async () => {
  setRetryHooks([(() => new Promise<void>(() => {})) as () => void]);
  expect(await call()).toBe(4);
});

test('hooks that add and remove hooks while they run disturb nothing', async () => {
  const added = vi.fn();
  const removed = vi.fn();
  const hook: RetryHook = () => {
    removal.dispose();
    addRetryHook(added);
  };
  setRetryHooks([hook]);
  const removal = addRetryHook(removed);
  expect(await call()).toBe(4);
  expect(removed.mock.calls.length).toBeLessThanOrEqual(1);
  expect(added).toHaveBeenCalled();
});

test('a hook that throws disturbs no synchronous retry', () => {
  expectWarning('StaminaWarning');
  setRetryHooks([
    () => {
      throw new Error('broken');
    },
  ]);
  expect(retrySync(now).run(({ num }) => (num < 3 ? raise() : num))).toBe(3);
});

function raise(): never {
  throw new Error('not yet');
}

describe('where there is no process, as in a browser', () => {
  // A realm without `process`, in which the built file is run.
  function load(more: object = {}) {
    const warn = vi.fn();
    const context = {
      module: { exports: {} as typeof import('@stamina/core') },
      performance,
      setTimeout,
      clearTimeout,
      console: { warn },
      ...more,
    };
    const file = fileURLToPath(new URL('../dist/index.cjs', import.meta.url));
    runInNewContext(`((exports) => {${readFileSync(file, 'utf8')}\n})(module.exports)`, context, { filename: file });
    return { core: context.module.exports, warn };
  }

  test.each([
    ['no process at all', {}],
    ['a process that cannot warn', { process: { env: {} } }],
  ])('a broken hook is told of on the console, once: %s', async (_, more) => {
    const { core, warn } = load(more);
    core.setRetryHooks([
      function broke() {
        throw new Error('the very cause');
      },
    ]);
    for (let times = 0; times < 2; times++) {
      expect(await core.retry(now).run(async ({ num }) => (num < 3 ? Promise.reject(new Error('not yet')) : num))).toBe(
        3,
      );
    }
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls.flat().map(String).join(' ')).toMatch(/broke.*the very cause/s);
  });
});
