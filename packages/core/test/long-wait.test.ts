import { getEventListeners } from 'node:events';
import { retry } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ONE_OF_EACH_FORM } from './support/surfaces.ts';
import { hopeless } from './support/work.ts';

/** The longest delay of a timer, in ms. A timer with a longer delay would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
const DAY = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const patient = (wait: number) => ({ on: () => wait, attempts: 2, timeout: Infinity });

describe.each([LONGEST_TIMER, LONGEST_TIMER + 1, 2 * LONGEST_TIMER + 7, 100 * DAY])('a wait of %d ms', (wait) => {
  test('ends once, at the right time', async () => {
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

test('an `attemptTimeout` may exceed the longest timer', async () => {
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

/** The ways to give a signal to a surface that does not block. */
const SIGNALS = ONE_OF_EACH_FORM.filter(({ sync }) => !sync).flatMap((surface) => [
  ...(surface.takesSignal ? [{ title: `the policy's signal in ${surface.title}`, surface, where: 'policy' }] : []),
  ...(surface.takesCallSignal ? [{ title: `the call's signal in ${surface.title}`, surface, where: 'call' }] : []),
]);

describe.each(SIGNALS)('aborting $title', ({ surface, where }) => {
  const start = (signal: AbortSignal, work: () => unknown): Promise<unknown> => {
    const own = { [where]: { signal } };
    return surface.prepare({ ...patient(50 * DAY), ...own.policy }, work)(own.call);
  };

  // A wait of 50 days takes several timers. The abort comes early, or after the first of them.
  test.each([0, 1, LONGEST_TIMER, LONGEST_TIMER + DAY])('ends a long wait after %d ms', async (after) => {
    const controller = new AbortController();
    const { signal } = controller;
    const work = hopeless();
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
  });
});
