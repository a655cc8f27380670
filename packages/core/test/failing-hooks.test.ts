import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { addRetryHook, type OnRetry, type RetryHook, retry, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';

// The set-up of the tests fails a test if it causes a warning that no `expectWarning` announces.

afterEach(() => setRetryHooks([]));

const now = { on: Error, waitMax: 0 };

/** Makes a call that fails three times and then succeeds. With `attempts: 3` it gives up. */
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
  [
    'throws an error whose stack cannot be read',
    () => {
      throw Object.defineProperty({}, 'stack', {
        get() {
          throw new Error('no stack');
        },
      });
    },
  ],
  [
    'throws a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      throw proxy;
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
      // biome-ignore lint/suspicious/noThenProperty: the test needs a thenable
      then() {
        throw new Error('broken');
      },
    }),
  ],
];

describe.each(misbehaviours)('a hook that %s', (_, misbehave) => {
  test('causes one warning, and disturbs nothing', async () => {
    expectWarning(/StaminaWarning: .*broke/);
    const before = vi.fn();
    const after = vi.fn();
    const broke = vi.fn((_details: unknown) => misbehave() as void);
    // The warning names the hook.
    const hook = Object.defineProperty((details: unknown) => broke(details), 'name', { value: 'broke' });
    setRetryHooks([before, hook, after]);
    expect(await call()).toBe(4);
    expect(await call()).toBe(4);
    expect([before, broke, after].map((each) => each.mock.calls.length)).toEqual([6, 6, 6]);
    await new Promise((done) => setImmediate(done));
  });

  test('causes one warning in the options of a policy', async () => {
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

test.each(['onGiveUp', 'onRecover'] as const)('an `%s` that throws does not change the outcome', async (event) => {
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

test('each of two broken hooks causes a warning', async () => {
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

test('setting a broken hook again causes no second warning', async () => {
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

test('the warning shows the error of the hook', async () => {
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

function fail(): never {
  throw new Error('not yet');
}

/** Loads the built package in a realm without `process`. */
function load(more: object = {}) {
  const warn = vi.fn();
  const realm = createContext({ performance, setTimeout, clearTimeout, console: { warn }, ...more });
  const file = fileURLToPath(new URL('../dist/core.cjs', import.meta.url));
  const source = `((exports) => {${readFileSync(file, 'utf8')}\n})`;
  const core = {};
  runInContext(source, realm, { filename: file })(core);
  return { core: core as typeof import('@stamina/core'), warn };
}

test('a hook whose name cannot be read disturbs nothing', async () => {
  expectWarning(/hook anonymous failed/);
  expectWarning(/hook anonymous failed/);
  const broken = (): never => {
    throw new Error('broken');
  };
  const get = (): never => {
    throw new Error('no name');
  };
  setRetryHooks([
    Object.defineProperty(() => broken(), 'name', { get }),
    Object.defineProperty(() => broken(), 'name', { value: Symbol('no text') }),
  ]);
  expect(await call()).toBe(4);
});

test('a hook whose method can no longer be read disturbs nothing', async () => {
  expectWarning(/hook anonymous failed/);
  const { proxy, revoke } = Proxy.revocable<RetryHook>({ onRetry() {} }, {});
  setRetryHooks([proxy]);
  revoke();
  expect(await call()).toBe(4);
});

test.each([
  ['a console', {}],
  ['a process', { process: { emitWarning: fail } }],
])('%s that throws disturbs nothing', async (_, more) => {
  const { core, warn } = load(more);
  warn.mockImplementation(fail);
  core.setRetryHooks([fail]);
  expect(await core.retry(now).run(({ num }) => (num < 3 ? fail() : num))).toBe(3);
});

test('a name that is not a string is not reported', async () => {
  const onRecover = vi.fn();
  const work = vi.fn(() => (work.mock.calls.length === 1 ? fail() : 'done'));
  Object.defineProperty(work, 'name', { value: () => 'a static method of a class' });
  expect(await retry({ ...now, onRecover }).run(work)).toBe('done');
  expect(onRecover.mock.calls).toMatchObject([[{ name: 'anonymous' }]]);
});

test('a promise of a hook is not awaited', async () => {
  setRetryHooks([(() => new Promise<void>(() => {})) as () => void]);
  expect(await call()).toBe(4);
});

test('hooks may add and remove hooks', async () => {
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

test('a broken hook does not disturb synchronous retries', () => {
  expectWarning('StaminaWarning');
  setRetryHooks([
    () => {
      throw new Error('broken');
    },
  ]);
  expect(retrySync(now).run(({ num }) => (num < 3 ? fail() : num))).toBe(3);
});

describe('without a `process`, as in a browser', () => {
  test.each([
    ['no process', {}],
    ['a process that cannot warn', { process: { env: {} } }],
  ])('a broken hook causes one warning on the console: %s', async (_, more) => {
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

test('a method whose object is revoked during the call recovers', async () => {
  const onRecover = vi.fn();
  let calls = 0;
  class Service {
    async load(): Promise<number> {
      if (++calls < 2) throw new Error('not yet');
      return calls;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Service.prototype, 'load') as TypedPropertyDescriptor<
    () => Promise<number>
  >;
  Object.defineProperty(
    Service.prototype,
    'load',
    retry({ on: () => 5, onRecover })(Service.prototype, 'load', descriptor),
  );
  // As Immer revokes its drafts.
  const { proxy, revoke } = Proxy.revocable(new Service(), {});
  const result = proxy.load();
  revoke();
  expect(await result).toBe(2);
  expect(onRecover.mock.calls).toMatchObject([[{ name: 'anonymous' }]]);
});
