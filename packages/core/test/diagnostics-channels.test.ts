import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { retry, retryContext, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { detailsOf, failing } from './support/work.ts';

afterEach(() => {
  setRetryHooks([]);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function listen(name: string) {
  const listener = vi.fn();
  subscribe(name, listener);
  onTestFinished(() => void unsubscribe(name, listener));
  return listener;
}

const messages = (listener: ReturnType<typeof listen>) => listener.mock.calls.map(([message]) => message);

test('channels publish the details that hooks receive', async () => {
  const [retries, giveUps, recoveries] = [
    listen('stamina:retry'),
    listen('stamina:give-up'),
    listen('stamina:recover'),
  ];
  const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
  const policy = retry({ on: () => 0, attempts: 2, ...hooks });
  await policy.run(failing(1));
  await policy.run(failing(1, 2)).catch(() => {});
  expect(messages(retries)).toHaveLength(2);
  expect(messages(giveUps)).toHaveLength(1);
  expect(messages(recoveries)).toHaveLength(1);
  for (const [listener, hook] of [
    [retries, hooks.onRetry],
    [giveUps, hooks.onGiveUp],
    [recoveries, hooks.onRecover],
  ] as const) {
    messages(listener).forEach((message, index) => {
      expect(message).toBe(detailsOf(hook)[index]);
    });
  }
});

test('channels publish full details without any hook', async () => {
  vi.useFakeTimers();
  const [retries, giveUps, recoveries] = [
    listen('stamina:retry'),
    listen('stamina:give-up'),
    listen('stamina:recover'),
  ];
  const timeout = Infinity;
  const slow = (work: () => unknown) => () => {
    vi.advanceTimersByTime(5);
    return work();
  };
  await retry({ on: () => 0, timeout, name: 'slow' }).run(slow(failing(1)));
  await retry({ on: () => 0, timeout, attempts: 1 })
    .run(slow(failing(2)))
    .catch(() => {});
  const common = { name: 'slow', args: [], waitedSoFar: 0, causedBy: 1, attempts: 10, timeout };
  expect(messages(retries)).toEqual([{ ...common, attempt: 1, retryNum: 1, waitFor: 0 }]);
  expect(messages(recoveries)).toEqual([{ ...common, attempt: 2, elapsed: 10 }]);
  expect(messages(giveUps)).toMatchObject([{ causedBy: 2, attempts: 1, elapsed: 5, reason: 'attempts', errors: [2] }]);
});

test('hooks are called before the channel publishes', async () => {
  const log: string[] = [];
  const listener = listen('stamina:retry').mockImplementation(() => void log.push('channel'));
  setRetryHooks([() => void log.push('global')]);
  await retry({ on: () => 0, onRetry: () => void log.push('own') }).run(failing(1));
  expect(listener.mock.calls[0]?.[1]).toBe('stamina:retry');
  expect(log).toEqual(['global', 'own', 'channel']);
});

test('each channel publishes its own event only', async () => {
  const recoveries = listen('stamina:recover');
  await retry({ on: () => 0 }).run(failing(1));
  for await (const attempt of retryContext({ on: () => 0 })) if (attempt.num === 1) attempt.fail('once');
  retrySync({ on: () => 0 }).run(failing(1));
  expect(messages(recoveries).map(({ name }) => name)).toEqual(['Mock', '<block>', 'Mock']);
});

test('nothing is published without subscribers', async () => {
  const listener = vi.fn();
  subscribe('stamina:retry', listener);
  unsubscribe('stamina:retry', listener);
  expect(channel('stamina:retry').hasSubscribers).toBe(false);
  await retry({ on: () => 0 }).run(failing(1));
  expect(listener).not.toHaveBeenCalled();
});

test.each([{}, { getBuiltinModule: () => undefined }])(
  'hooks work without diagnostics channels: %o',
  async (process) => {
    vi.resetModules();
    const fresh = await import('@stamina/core');
    const onRetry = vi.fn();
    vi.stubGlobal('process', process);
    await fresh
      .retry({ on: () => 0, onRetry })
      .run(failing(1))
      .finally(() => vi.unstubAllGlobals());
    expect(onRetry).toHaveBeenCalledTimes(1);
  },
);
