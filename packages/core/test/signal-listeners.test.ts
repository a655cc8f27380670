import { getEventListeners } from 'node:events';
import { type Attempt, retry, retryContext } from '@stamina/core';
import { afterEach, describe, expect, test, vi } from 'vitest';

const now = { on: Error, waitMax: 0 };

afterEach(() => void vi.useRealTimers());

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** Work that reads the attempt's own signal, which follows the long-lived one, and fails `times` times. */
function failing(times: number): (attempt: Attempt) => Promise<number> {
  return async (attempt) => {
    expect(attempt.signal.aborted).toBe(false);
    if (attempt.num <= times) throw new Error('not yet');
    return attempt.num;
  };
}

type Run = (
  signal: AbortSignal,
  work: (attempt: Attempt) => Promise<number>,
  options?: { attempts: number },
) => Promise<unknown>;
const surfaces: Record<string, Run> = {
  'the signal of the policy': (signal, work, more) => retry({ ...now, ...more, signal }).run(work),
  'the signal of the call': (signal, work, more) => retry({ ...now, ...more }).run(work, { signal }),
  'both signals': (signal, work, more) => retry({ ...now, ...more, signal }).run(work, { signal }),
  'the signal of a loop': async (signal, work, more) => {
    for await (const attempt of retryContext({ ...now, ...more, signal })) {
      await work(attempt).catch((error: unknown) => attempt.fail(error));
    }
  },
};

describe.each(Object.entries(surfaces))('%s has no listener left', (_, run) => {
  test.each([0, 1, 3])('after a success that took %d retries', async (failures) => {
    const { signal } = new AbortController();
    await run(signal, failing(failures));
    expect(listenersOf(signal)).toBe(0);
  });

  test('after a give-up', async () => {
    const { signal } = new AbortController();
    await expect(run(signal, failing(5), { attempts: 3 })).rejects.toThrow('not yet');
    expect(listenersOf(signal)).toBe(0);
  });

  test('after an abort while an attempt runs', async () => {
    const controller = new AbortController();
    const result = run(controller.signal, async (attempt) => {
      controller.abort(new Error('enough'));
      expect(attempt.signal.aborted).toBe(true);
      throw new Error('not yet');
    });
    await expect(result).rejects.toThrow('enough');
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('once an attempt has settled whose signal is read later', async () => {
    const { signal } = new AbortController();
    const attempts: Attempt[] = [];
    await run(signal, async (attempt) => attempts.push(attempt));
    expect(attempts[0]?.signal.aborted).toBe(false);
    expect(listenersOf(signal)).toBe(0);
  });
});

test('a wait holds one listener, however many came before', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const counts: number[] = [];
  const result = retry({ on: () => 1_000, attempts: 6, signal: controller.signal }).run(failing(5));
  for (let retries = 0; retries < 5; retries++) {
    await vi.advanceTimersByTimeAsync(500);
    counts.push(listenersOf(controller.signal));
    await vi.advanceTimersByTimeAsync(500);
  }
  await result;
  expect(counts).toEqual([1, 1, 1, 1, 1]);
  expect(listenersOf(controller.signal)).toBe(0);
});

test('an abort while `on` is asked leaves no listener', async () => {
  const controller = new AbortController();
  const result = retry({ on: () => new Promise(() => {}), signal: controller.signal }).run(failing(1));
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(result).rejects.toThrow('enough');
  expect(listenersOf(controller.signal)).toBe(0);
});

test('a loop left early leaves no listener, whether its turn failed or not', async () => {
  const { signal } = new AbortController();
  for (const failed of [false, true]) {
    for await (const attempt of retryContext({ ...now, signal })) {
      expect(attempt.signal.aborted).toBe(false);
      if (attempt.num === 1) attempt.fail(new Error('not yet'));
      else {
        if (failed) attempt.fail(new Error('not yet'));
        break;
      }
    }
    expect(listenersOf(signal)).toBe(0);
  }
});

test('a loop left by a throw leaves no listener', async () => {
  const { signal } = new AbortController();
  const loop = async () => {
    for await (const attempt of retryContext({ ...now, signal })) {
      expect(attempt.signal.aborted).toBe(false);
      throw new Error('past fail');
    }
  };
  await expect(loop()).rejects.toThrow('past fail');
  expect(listenersOf(signal)).toBe(0);
});

test('10 000 retried calls leave no listener', async () => {
  const { signal } = new AbortController();
  const again = retry({ ...now, signal });
  let most = 0;
  for (let call = 0; call < 10_000; call++) {
    await again.run(failing(1), { signal });
    most = Math.max(most, listenersOf(signal));
  }
  expect(most).toBe(0);
});

test('1 000 calls that wait at once share one listener, and leave none', async () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  const again = retry({ on: () => 1_000, signal });
  const results = Array.from({ length: 1_000 }, () => again.run(failing(1)));
  await vi.advanceTimersByTimeAsync(999);
  expect(listenersOf(signal)).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all(results);
  expect(listenersOf(signal)).toBe(0);
});

test('an abort ends all calls that share its signal, but for those that wait no more', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const waits = [10, 1_000, 1_000];
  const policy = retry({ on: () => waits.shift() as number, signal: controller.signal });
  const results = Promise.allSettled([1, 2, 3].map(() => policy.run(failing(1))));
  await vi.advanceTimersByTimeAsync(10);
  controller.abort('enough');
  expect(await results).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: 'enough' },
    { status: 'rejected', reason: 'enough' },
  ]);
  expect(vi.getTimerCount()).toBe(0);
  expect(listenersOf(controller.signal)).toBe(0);
});
