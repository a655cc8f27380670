import { addRetryHook, getRetryHooks, isActive, isTesting, setActive, setRetryHooks, setTesting } from '@stamina/core';
import { recordRetries } from '@stamina/testing';
import '@stamina/testing/vitest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { attempts } from './attempts.ts';

// A change of one test shows, if at all, in the next: these run in this order.

const state = () => [isActive(), isTesting(), getRetryHooks().length];
const SET_UP = [true, true, 0];

function changeAll(): void {
  setActive(false);
  setTesting(false);
  setRetryHooks([() => {}, () => {}]);
  expect(state()).toEqual([false, false, 2]);
}

test('a set-up module switches test mode on, with one attempt', async () => {
  expect(state()).toEqual(SET_UP);
  expect(await attempts()).toBe(1);
});

test('a test changes what it likes', changeAll);
test('the next finds what was before', () => {
  expect(state()).toEqual(SET_UP);
  recordRetries();
});
test('a recorder ends with its test', () => expect(state()).toEqual(SET_UP));

describe('what is set for several tests', () => {
  const settings: { dispose(): void }[] = [];
  beforeAll(() => settings.push(setTesting(true, { attempts: 3 }), addRetryHook({ onRetry() {} })));
  afterAll(() => {
    for (const setting of settings) setting.dispose();
  });

  test('holds in the first', async () => {
    expect(await attempts()).toBe(3);
    changeAll();
  });
  test('holds in the second', async () => {
    expect(await attempts()).toBe(3);
    expect(state()).toEqual([true, true, 1]);
    for (const setting of settings) setting.dispose();
    expect(state()).toEqual(SET_UP);
  });
  test('holds in the third though the second took it back', async () => {
    expect(await attempts()).toBe(3);
    expect(state()).toEqual([true, true, 1]);
  });
});

test('is gone when they are over', () => expect(state()).toEqual(SET_UP));

type Hook = (test: unknown) => void;
/** A runner that is given hooks, which the test then calls as the runner would. */
function fakeRunner() {
  const runner = { begin: (_test: unknown): void => {}, end: (_test: unknown): void => {} };
  const hooks = {
    beforeEach: (hook: Hook) => {
      runner.begin = hook;
    },
    afterEach: (hook: Hook) => {
      runner.end = hook;
    },
  };
  return { runner, hooks };
}

test('node:test restores after each subtest, while its parent runs', async () => {
  const { runner, hooks } = fakeRunner();
  vi.doMock('node:test', () => hooks);
  await import('@stamina/testing/node');
  const parent = { name: 'parent', fullName: 'parent' };
  const one = { name: 'one', fullName: 'parent > one' };
  const two = { name: 'two', fullName: 'parent > two' };
  runner.begin(parent);
  addRetryHook(() => {});
  runner.begin(one);
  changeAll();
  runner.end(one);
  expect(state()).toEqual([true, true, 1]);
  runner.begin(one);
  runner.begin(two);
  setActive(false);
  runner.end(one);
  expect(isActive()).toBe(false);
  runner.end(two);
  expect(state()).toEqual([true, true, 1]);
  runner.end(parent);
  expect(state()).toEqual(SET_UP);
});

test('an older node:test, which tells no full name, restores after the last', async () => {
  const { runner, hooks } = fakeRunner();
  vi.resetModules();
  vi.doMock('node:test', () => hooks);
  await import('@stamina/testing/node');
  runner.begin({ name: 'parent' });
  runner.begin({ name: 'one' });
  setActive(false);
  runner.end({ name: 'one' });
  expect(isActive()).toBe(false);
  runner.end({ name: 'parent' });
  expect(state()).toEqual(SET_UP);
});

test('tests that run at the same time share what one of them sets, until the last has ended', async () => {
  const { runner, hooks } = fakeRunner();
  vi.resetModules();
  vi.doMock('@jest/globals', () => ({ ...hooks, expect: { extend() {} } }));
  await import('@stamina/testing/jest');
  runner.begin(undefined);
  setActive(false);
  runner.begin(undefined);
  setTesting(false);
  runner.end(undefined);
  expect(state()).toEqual([false, false, 0]);
  runner.end(undefined);
  expect(state()).toEqual(SET_UP);
});

test('Jest waits for no callback of the hooks, and has the matchers', async () => {
  const { runner, hooks } = fakeRunner();
  const extend = vi.fn();
  vi.resetModules();
  vi.doMock('@jest/globals', () => ({ ...hooks, expect: { extend } }));
  await import('@stamina/testing/jest');
  expect([runner.begin.length, runner.end.length]).toEqual([0, 0]);
  runner.begin(undefined);
  changeAll();
  runner.end(undefined);
  expect(state()).toEqual(SET_UP);
  expect(Object.keys(extend.mock.calls[0]?.[0])).toEqual(['toHaveRetried', 'toHaveGivenUp']);
});

test('Jest is told of the right list where it is set up by the wrong one', async () => {
  vi.resetModules();
  vi.doMock('@jest/globals', () => ({ beforeEach: undefined, afterEach: undefined, expect: undefined }));
  await expect(import('@stamina/testing/jest')).rejects.toThrow('`setupFilesAfterEnv`');
});
