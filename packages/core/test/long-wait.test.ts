import { getEventListeners } from 'node:events';
import { retry, retryContext } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/** Timers take no longer delay: what is longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
const DAY = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const patient = (wait: number) => ({ on: () => wait, attempts: 2, timeout: Infinity });

describe.each([LONGEST_TIMER, LONGEST_TIMER + 1, 2 * LONGEST_TIMER + 7, 100 * DAY])('a wait of %d ms', (wait) => {
  test('ends once, and just then', async () => {
    const work = vi.fn(async () => {
      if (work.mock.calls.length === 1) throw new Error('not yet');
      return 'done';
    });
    const result = retry(patient(wait)).run(work);
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    await expect(result).resolves.toBe('done');
    await vi.advanceTimersByTimeAsync(wait);
    expect(work).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('an attemptTimeout past the longest timer aborts just then', async () => {
  const aborted: number[] = [];
  const begun = Date.now();
  const result = retry({ on: Error, attempts: 1, attemptTimeout: 60 * DAY }).run(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(Date.now() - begun);
          reject(signal.reason);
        });
      }),
  );
  const outcome = result.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(61 * DAY);
  expect(await outcome).toMatchObject({ name: 'TimeoutError' });
  expect(aborted).toEqual([60 * DAY]);
});

type Start = (signal: AbortSignal, work: () => Promise<void>) => Promise<unknown>;
const surfaces: Record<string, Start> = {
  'a wrapped function': (signal, work) => retry({ ...patient(50 * DAY), signal })(work)(),
  run: (signal, work) => retry({ ...patient(50 * DAY), signal }).run(work),
  'run, with the signal of the call': (signal, work) => retry(patient(50 * DAY)).run(work, { signal }),
  'a loop': async (signal, work) => {
    for await (const attempt of retryContext({ ...patient(50 * DAY), signal })) {
      await work().catch((error: unknown) => attempt.fail(error));
    }
  },
};

describe.each(Object.entries(surfaces))('aborting %s', (_, start) => {
  // Early, and after the first of the timers that a wait of 50 days takes.
  test.each([0, 1, LONGEST_TIMER, LONGEST_TIMER + DAY])(
    'after %d ms of a long wait ends it at once, and leaves nothing',
    async (after) => {
      const { signal, ...controller } = abortable();
      const work = vi.fn(async () => Promise.reject(new Error('not yet')));
      const settled = vi.fn();
      const result = start(signal, work).catch((error: unknown) => error);
      void result.then(settled);
      await vi.advanceTimersByTimeAsync(after);
      expect(vi.getTimerCount()).toBe(1);
      expect(settled).not.toHaveBeenCalled();

      const reason = new Error('enough');
      controller.abort(reason);
      expect(await result).toBe(reason); // No timer was advanced.
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await vi.advanceTimersByTimeAsync(60 * DAY);
      expect(work).toHaveBeenCalledTimes(1);
      expect(settled).toHaveBeenCalledTimes(1);
    },
  );
});

function abortable(): { signal: AbortSignal; abort(reason: unknown): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
