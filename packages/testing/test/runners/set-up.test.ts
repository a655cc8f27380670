import { addRetryHook, getRetryHooks, isActive, isTesting, setActive, setRetryHooks, setTesting } from '@stamina/core';
import { recordRetries } from '@stamina/testing';
import '@stamina/testing/vitest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { countAttempts } from '../support/calls.ts';
import { fakeRunner } from '../support/runner.ts';

// These tests run in this order. If a test left a change behind, the next test would see it.

const state = () => [isActive(), isTesting(), getRetryHooks().length];
const SET_UP = [true, true, 0];

function changeAll(): void {
  setActive(false);
  setTesting(false);
  setRetryHooks([() => {}, () => {}]);
  expect(state()).toEqual([false, false, 2]);
}

test('a set-up module switches test mode on', async () => {
  expect(state()).toEqual(SET_UP);
  expect(await countAttempts()).toBe(1);
});

test('a test may change all settings', changeAll);
test('the next test finds the earlier settings', () => {
  expect(state()).toEqual(SET_UP);
  recordRetries();
});
test('a recorder ends with its test', () => expect(state()).toEqual(SET_UP));

describe('settings for several tests', () => {
  const settings: { dispose(): void }[] = [];
  beforeAll(() => settings.push(setTesting(true, { attempts: 3 }), addRetryHook({ onRetry() {} })));
  afterAll(() => {
    for (const setting of settings) setting.dispose();
  });

  test('hold in the first test', async () => {
    expect(await countAttempts()).toBe(3);
    changeAll();
  });
  test('hold in the second test', async () => {
    expect(await countAttempts()).toBe(3);
    expect(state()).toEqual([true, true, 1]);
    for (const setting of settings) setting.dispose();
    expect(state()).toEqual(SET_UP);
  });
  test('return after a test removed them', async () => {
    expect(await countAttempts()).toBe(3);
    expect(state()).toEqual([true, true, 1]);
  });
});

test('settings for several tests end with these tests', () => expect(state()).toEqual(SET_UP));

test('node:test restores after each subtest', async () => {
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

test('node:test without full names restores after the last test', async () => {
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

test('parallel tests share their settings until the last has ended', async () => {
  const { runner, hooks } = fakeRunner();
  vi.resetModules();
  vi.doMock('@jest/globals', () => hooks);
  await import('@stamina/testing/jest');
  runner.begin();
  setActive(false);
  runner.begin();
  setTesting(false);
  runner.end();
  expect(state()).toEqual([false, false, 0]);
  runner.end();
  expect(state()).toEqual(SET_UP);
});

test('Jest gets the matchers, and hooks without a callback', async () => {
  const { runner, hooks } = fakeRunner();
  const extend = vi.fn();
  vi.resetModules();
  vi.doMock('@jest/globals', () => ({ ...hooks, expect: { extend } }));
  await import('@stamina/testing/jest');
  expect([runner.begin.length, runner.end.length]).toEqual([0, 0]);
  runner.begin();
  changeAll();
  runner.end();
  expect(state()).toEqual(SET_UP);
  expect(Object.keys(extend.mock.calls[0]?.[0])).toEqual(['toHaveRetried', 'toHaveGivenUp']);
});

test('Jest reports the right list of set-up files', async () => {
  vi.resetModules();
  vi.doMock('@jest/globals', () => ({ beforeEach: undefined, afterEach: undefined, expect: undefined }));
  await expect(import('@stamina/testing/jest')).rejects.toThrow('`setupFilesAfterEnv`');
});
