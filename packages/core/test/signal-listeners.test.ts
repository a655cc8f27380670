import { getEventListeners } from 'node:events';
import { type Attempt, retry, retryContext } from '@stamina/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SURFACES, type Work } from './support/surfaces.ts';

const now = { on: Error, waitMax: 0 };

afterEach(() => void vi.useRealTimers());

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** Makes work that reads the signal of its attempt. Its first `times` attempts fail. */
function failing(times: number): (attempt: Attempt) => Promise<number> {
  return async (attempt) => {
    expect(attempt.signal.aborted).toBe(false);
    if (attempt.num <= times) throw new Error('not yet');
    return attempt.num;
  };
}

// Only surfaces that pass on the attempt have a signal of its own, which may listen to the long-lived signal.
const reading = SURFACES.filter(({ sync, givesAttempt, takesSignal }) => !sync && givesAttempt && takesSignal);
const CASES = reading.flatMap((surface) => [
  { title: `the policy's signal in ${surface.title}`, surface, toPolicy: true, toCall: false },
  ...(surface.takesCallSignal
    ? [
        { title: `the call's signal in ${surface.title}`, surface, toPolicy: false, toCall: true },
        { title: `both signals in ${surface.title}`, surface, toPolicy: true, toCall: true },
      ]
    : []),
]);

describe.each(CASES)('$title has no listener left', ({ surface, toPolicy, toCall }) => {
  const run = (signal: AbortSignal, work: (attempt: Attempt) => unknown, options: object = {}): Promise<unknown> => {
    const call = surface.prepare({ ...now, ...options, ...(toPolicy && { signal }) }, work as Work);
    return call(toCall ? { signal } : {});
  };

  test.each([0, 1, 3])('after a success with %d retries', async (failures) => {
    const { signal } = new AbortController();
    expect(await run(signal, failing(failures))).toBe(failures + 1);
    expect(listenersOf(signal)).toBe(0);
  });

  test('after giving up', async () => {
    const { signal } = new AbortController();
    await expect(run(signal, failing(5), { attempts: 3 })).rejects.toThrow('not yet');
    expect(listenersOf(signal)).toBe(0);
  });

  test('after an abort during an attempt', async () => {
    const controller = new AbortController();
    const result = run(controller.signal, async (attempt) => {
      controller.abort(new Error('enough'));
      expect(attempt.signal.aborted).toBe(true);
      throw new Error('not yet');
    });
    await expect(result).rejects.toThrow('enough');
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('after the signal of a settled attempt is read', async () => {
    const { signal } = new AbortController();
    const attempts: Attempt[] = [];
    await run(signal, async (attempt) => attempts.push(attempt));
    expect(attempts[0]?.signal.aborted).toBe(false);
    expect(listenersOf(signal)).toBe(0);
  });
});

test('each wait holds one listener', async () => {
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

test('an `on` that rejects leaves no listener', async () => {
  const { signal } = new AbortController();
  const result = retry({ on: () => Promise.reject(new Error('unsure')), signal }).run(failing(1));
  await expect(result).rejects.toThrow('unsure');
  expect(listenersOf(signal)).toBe(0);
});

test('an abort while `on` is pending leaves no listener', async () => {
  const controller = new AbortController();
  const result = retry({ on: () => new Promise(() => {}), signal: controller.signal }).run(failing(1));
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(result).rejects.toThrow('enough');
  expect(listenersOf(controller.signal)).toBe(0);
});

test('a loop left early leaves no listener', async () => {
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

test('1 000 concurrent calls share one listener', async () => {
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

test('an abort ends all waits that share its signal', async () => {
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

test('an abort of very many waiting calls gives the event loop turns', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { run } = retry({ on: () => 30_000, signal: controller.signal });
  let ended = 0;
  const results = Array.from({ length: 10_000 }, () =>
    run(failing(1)).catch((error: unknown) => {
      expect(error).toBe(reason);
      ended++;
    }),
  );
  await new Promise(setImmediate);
  const endedByTurn: number[] = [];
  controller.abort(reason);
  while (ended < results.length) {
    await new Promise(setImmediate);
    endedByTurn.push(ended);
  }
  expect(endedByTurn[0]).toBeGreaterThan(0);
  expect(endedByTurn[0]).toBeLessThan(results.length);
  await Promise.all(results);
  expect(listenersOf(controller.signal)).toBe(0);
});
