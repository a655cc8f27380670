import { getEventListeners } from 'node:events';
import { retry, retryContext, setRetryHooks, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';

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
