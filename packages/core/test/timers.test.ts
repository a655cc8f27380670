import { getEventListeners } from 'node:events';
import { addRetryHook, type Disposer, retry } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish, SURFACES } from './support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection } from './support/work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Replaces the timers by timers that cannot be stopped. Returns a function that fires all of them. */
function stubUnstoppableTimers(): () => void {
  const started: (() => void)[] = [];
  vi.stubGlobal('setTimeout', (fire: () => void) => started.push(fire));
  vi.stubGlobal('clearTimeout', () => {});
  return () => {
    for (const fire of started.splice(0)) fire();
  };
}

const asynchronous = SURFACES.filter(({ sync }) => !sync);

// Fake timers that are installed during a wait cannot stop the real timer.
describe('a timer that cannot be stopped', () => {
  test.each(asynchronous.filter(({ takesSignal }) => takesSignal))(
    'does not wake an aborted call: $title',
    async (surface) => {
      const fireAll = stubUnstoppableTimers();
      const controller = new AbortController();
      const onGiveUp = vi.fn();
      const work = hopeless();
      const call = surface.prepare({ on: () => 50, signal: controller.signal, onGiveUp }, work)();
      const reason = rejection(call);
      await vi.waitFor(() => expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1));
      controller.abort('enough');
      expect(await reason).toBe('enough');
      fireAll();
      expect(work).toHaveBeenCalledTimes(1);
      expect(onGiveUp).toHaveBeenCalledTimes(1);
    },
  );

  test('does not abort the signal of a settled attempt', async () => {
    const fireAll = stubUnstoppableTimers();
    const signal = await retry({ on: Error, attemptTimeout: 50 }).run((attempt) => attempt.signal);
    fireAll();
    expect(signal.aborted).toBe(false);
  });
});

describe.each(asynchronous)('$title', (surface) => {
  test('works with a mock of `setTimeout` that drops arguments', async () => {
    const { setTimeout } = globalThis;
    vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => setTimeout(() => fire(), ms));
    expect(await finish(surface.prepare({ on: () => 50 }, failing(1, 2))())).toBe('done');
    expect(performance.now()).toBe(100);
  });

  test('works with a mock of `setTimeout` that calls its function at once', async () => {
    vi.stubGlobal('setTimeout', (fire: () => void) => fire());
    const { signal } = new AbortController();
    const options = { on: () => 50, ...(surface.takesSignal && { signal }) };
    expect(await surface.prepare(options, failing(1, 2))()).toBe('done');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('waits no less than it must, even if a timer fires a little too early', async () => {
    for (const wait of [0.3, 1, 7.5]) {
      const clock = stubClockOfNode();
      await surface.prepare({ on: () => wait }, failing(1))();
      expect(clock.now()).toBeGreaterThanOrEqual(wait);
      expect(clock.now()).toBeLessThan(wait + 3);
    }
  });

  test('trusts a timer if the clock stands still', async () => {
    vi.stubGlobal('performance', { now: () => 5 });
    for (const wait of [0.3, 1, 7.5])
      expect(await finish(surface.prepare({ on: () => wait }, failing(1))())).toBe('done');
  });

  test('keeps its timeout if one reading of the clock is odd', async () => {
    for (const odd of [Number.NaN, undefined, Number.POSITIVE_INFINITY]) {
      vi.spyOn(performance, 'now').mockReturnValueOnce(odd as number);
      const onGiveUp = vi.fn();
      const work = hopeless();
      await rejection(finish(surface.prepare({ on: () => 400, attempts: 20, timeout: 1_000, onGiveUp }, work)()));
      expect(work).toHaveBeenCalledTimes(3);
      expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 800 }]);
    }
  });
});

/** Imitates the timers of Node, which may fire almost 1 ms too early. */
function stubClockOfNode() {
  let time = 0;
  const clock = { now: () => time };
  vi.stubGlobal('performance', clock);
  vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => {
    queueMicrotask(() => {
      time += Math.max(1, ms) - 0.9;
      fire();
    });
  });
  return clock;
}

test('an odd reading of the clock does not end an attempt', async () => {
  vi.spyOn(performance, 'now').mockReturnValueOnce(Number.NaN);
  const policy = retry({ on: Error, timeout: Infinity, attemptTimeout: 50 });
  const call = policy.run(({ signal }) => new Promise((resolve) => setTimeout(() => resolve(signal.aborted), 20)));
  expect(await finish(call)).toBe(false);
});

describe.each(SURFACES)('`elapsed` of $title without a timeout', (surface) => {
  /**
   * Calls work whose attempts take 50 ms each, and adds a hook during one attempt. Returns the `elapsed` that it gets.
   */
  async function elapsedFor(attempt: number, during: 'before' | 'after'): Promise<unknown> {
    const onRecover = vi.fn();
    let attempts = 0;
    let added: Disposer | undefined;
    const listen = (): void => {
      added = addRetryHook({ onRecover });
    };
    const work = (): unknown => {
      const isDue = ++attempts === attempt;
      if (isDue && during === 'before') listen();
      vi.advanceTimersByTime(50);
      if (isDue && during === 'after') listen();
      if (attempts < 3) throw new Error('not yet');
      return 'done';
    };
    await surface.prepare({ on: () => 0, timeout: Infinity }, work)();
    added?.dispose();
    return detailsOf(onRecover)[0].elapsed;
  }

  test('counts from the first hook, or from the first failure if that came before', async () => {
    expect(await elapsedFor(1, 'before')).toBe(150);
    expect(await elapsedFor(1, 'after')).toBe(100);
    expect(await elapsedFor(3, 'after')).toBe(100);
  });
});
