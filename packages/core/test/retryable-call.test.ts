import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { retryBudget, setRetryHooks } from '@stamina/core';
import { type LibraryOptions, libraryPolicy } from '@stamina/core/library';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { callOf, error, retryOnce } from './support/retryable-call.ts';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

const noWait: LibraryOptions = { waitInitial: 0, waitJitter: 0 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  setRetryHooks([]);
  vi.useRealTimers();
});

describe('classify', () => {
  /** Returns the wait after `answer`, as hooks see it. */
  async function waitAfter(answer: unknown): Promise<number | undefined> {
    const onRetry = vi.fn();
    await retryOnce({ waitInitial: 70, waitJitter: 0, onRetry }, { classify: () => answer as number });
    return detailsOf(onRetry)[0]?.waitFor;
  }

  test.each<[answer: unknown, wait: number]>([
    [true, 70],
    [0, 0],
    [5, 5],
    [{ seconds: 2 }, 2_000],
    [{ atLeast: 100 }, 100],
  ])('may return %o, or a promise of it', async (answer, wait) => {
    expect(await waitAfter(answer)).toBe(wait);
    expect(await waitAfter(Promise.resolve(answer))).toBe(wait);
  });

  test('is called once for each error', async () => {
    const [second, third] = [new Error('second'), new Error('third')];
    const classify = vi.fn((thrown: unknown) => thrown !== third);
    expect(await rejection(retryOnce(noWait, { attempt: failing(second, third), classify }))).toBe(third);
    expect(classify.mock.calls).toEqual([[error], [second], [third]]);
  });

  test('may promise that an error is not retried', async () => {
    const attempt = vi.fn();
    expect(await rejection(retryOnce(noWait, { attempt, classify: async () => false }))).toBe(error);
    expect(attempt).not.toHaveBeenCalled();
  });

  test.each([
    ['throws', () => raise('a bug')],
    ['rejects', async () => raise('a bug')],
  ])('ends the call if it %s', async (_, classify) => {
    const onGiveUp = vi.fn();
    expect(await rejection(retryOnce({ onGiveUp }, { classify }))).toMatchObject({ message: 'a bug' });
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test('ends the call with an invalid answer', async () => {
    for (const classify of [() => undefined, async () => undefined]) {
      const thrown = await rejection(retryOnce({}, { classify: classify as () => never }));
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({ cause: error, message: expect.stringContaining('got undefined') });
    }
  });

  test('is not awaited after an abort', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 20);
    const classify = () => new Promise<never>(() => {});
    expect(await rejection(retryOnce({ signal: controller.signal }, { classify }))).toBe('enough');
  });
});

describe('name', () => {
  /** Makes a call with a name, and counts how often the name is read. */
  function named() {
    const read = vi.fn(() => 'call');
    const call = Object.defineProperty(callOf(), 'name', { get: read });
    return { call, read };
  }

  test('names the call', async () => {
    const onRetry = vi.fn();
    await libraryPolicy({ ...noWait, onRetry })
      .begin()
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry, name: 'policy' })
      .begin()
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry, name: 'policy' })
      .begin({ name: 'begun' })
      .retry(error, named().call);
    await libraryPolicy({ ...noWait, onRetry })
      .begin()
      .retry(error, callOf());
    expect(detailsOf(onRetry).map(({ name }) => name)).toEqual(['call', 'policy', 'begun', 'anonymous']);
  });

  test('is not read if nobody listens', async () => {
    const { call, read } = named();
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).not.toHaveBeenCalled();
  });

  test('is not read if the options have a name', async () => {
    const { call, read } = named();
    await libraryPolicy({ ...noWait, name: 'policy', onRetry() {} })
      .begin()
      .retry(error, call);
    await libraryPolicy({ ...noWait, onRetry() {} })
      .begin({ name: 'begun' })
      .retry(error, call);
    expect(read).not.toHaveBeenCalled();
  });

  test('is read for a hook of the process', async () => {
    const { call, read } = named();
    setRetryHooks([() => {}]);
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).toHaveBeenCalled();
  });

  test('is read for a diagnostics channel', async () => {
    const { call, read } = named();
    const listener = (): void => {};
    subscribe('stamina:retry', listener);
    onTestFinished(() => void unsubscribe('stamina:retry', listener));
    await libraryPolicy(noWait).begin().retry(error, call);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('report', () => {
  test('is not called if nobody listens', async () => {
    const report = vi.fn();
    await retryOnce(noWait, { report });
    expect(report).not.toHaveBeenCalled();
  });

  test('replaces the error for hooks only', async () => {
    const last = new Error('with a secret');
    const [onRetry, onGiveUp] = [vi.fn(), vi.fn()];
    const report = (thrown: unknown): string => `without it: ${(thrown as Error).message}`;
    const call = { attempt: hopeless(last), report };
    expect(await rejection(retryOnce({ ...noWait, attempts: 2, onRetry, onGiveUp }, call))).toBe(last);
    expect(detailsOf(onRetry)).toMatchObject([{ causedBy: report(error) }]);
    expect(detailsOf(onGiveUp)).toMatchObject([{ causedBy: report(last), errors: [report(error), report(last)] }]);
  });

  test('does not end the call if it throws', async () => {
    const broken = new Error('cannot report');
    const onRecover = vi.fn();
    const report = () => {
      throw broken;
    };
    expect(await retryOnce({ ...noWait, onRecover }, { report })).toBe('done');
    expect(detailsOf(onRecover)[0].causedBy).toBe(broken);
  });
});

describe('discard', () => {
  test('is called before hooks and the wait', async () => {
    const log: unknown[] = [];
    const second = new RangeError('second');
    const attempt = failing(second).mockImplementation(() => log.push('attempt'));
    await retryOnce(
      { waitInitial: 7, waitExpBase: 1, waitJitter: 0, onRetry: ({ waitFor }) => void log.push(waitFor) },
      { attempt, discard: (thrown) => void log.push(thrown) },
    );
    expect(log).toEqual([error, 7, second, 7, 'attempt']);
  });

  test('is not called with the error that ends the call', async () => {
    const discard = vi.fn();
    const other = new Error('other');
    await rejection(retryOnce({ ...noWait, attempts: 1 }, { discard }));
    expect(discard).not.toHaveBeenCalled();
    const call = { attempt: hopeless(other), classify: (thrown: unknown) => thrown === error, discard };
    await rejection(retryOnce(noWait, call));
    expect(discard.mock.calls).toEqual([[error]]);
  });

  test('is not called if a limit forbids a retry', async () => {
    const discard = vi.fn();
    const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    await rejection(retryOnce({ waitInitial: 20, timeout: 10 }, { discard }));
    await rejection(retryOnce({ budget }, { discard }));
    expect(discard).not.toHaveBeenCalled();
  });

  test('lets no attempt follow if it aborts the call', async () => {
    const controller = new AbortController();
    const reason = new Error('closing');
    const attempt = vi.fn();
    const discard = () => controller.abort(reason);
    expect(await rejection(retryOnce({ ...noWait, signal: controller.signal }, { attempt, discard }))).toBe(reason);
    expect(attempt).not.toHaveBeenCalled();
  });

  test('ends the call if it throws', async () => {
    const broken = new Error('cannot discard');
    const attempt = vi.fn();
    const hook = vi.fn();
    const discard = () => {
      throw broken;
    };
    expect(await rejection(retryOnce({ ...noWait, onRetry: hook, onGiveUp: hook }, { attempt, discard }))).toBe(broken);
    expect(attempt).not.toHaveBeenCalled();
    expect(hook).not.toHaveBeenCalled();
  });
});

function raise(message: string): never {
  throw new Error(message);
}
