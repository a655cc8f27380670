import { getEventListeners } from 'node:events';
import { setImmediate as realSetImmediate, setTimeout as realSetTimeout } from 'node:timers';
import { retry, setTesting } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish, ONE_OF_EACH_FORM } from './support/surfaces.ts';
import { hopeless, rejection } from './support/work.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

// Code that Stryker has instrumented is far slower, and these tests run again for each mutant.
const MANY = process.env.STRYKER_MUTATOR_WORKER ? 20_000 : 100_000;

const error = new Error('not yet');

/** Options of calls that never wait and that end by themselves, so that a mistake fails a test and does not hang it. */
const eager = { on: () => 0, attempts: MANY, timeout: Number.POSITIVE_INFINITY };

const surfaces = ONE_OF_EACH_FORM.filter(({ sync }) => !sync);
describe.each(surfaces)(`${MANY} attempts of $title without a wait`, { timeout: 30_000 }, (surface) => {
  const start = (options: object, count: () => void): Promise<unknown> =>
    surface.prepare({ ...eager, ...options }, () => {
      count();
      throw error;
    })();

  test('let timers fire in between', async () => {
    let attempts = 0;
    let fired = 0;
    const tick = setInterval(() => fired++, 1);
    const begun = process.cpuUsage();
    await expect(start({}, () => attempts++)).rejects.toThrow('not yet');
    const { user, system } = process.cpuUsage(begun);
    clearInterval(tick);
    expect(attempts).toBe(MANY);
    // There is a turn every 10 ms. We measure CPU time, because it does not depend on what else the machine does.
    expect(fired).toBeGreaterThan((user + system) / 1_000 / 50);
  });

  test('let real timers fire under fake timers', async () => {
    vi.useFakeTimers(); // Nobody advances them.
    let attempts = 0;
    let firedAt = 0;
    realSetTimeout(() => {
      firedAt = attempts;
    }, 1);
    await expect(start({}, () => attempts++)).rejects.toThrow('not yet');
    expect(attempts).toBe(MANY);
    expect(firedAt).toBeGreaterThan(0);
    expect(firedAt).toBeLessThan(MANY);
    expect(vi.getTimerCount()).toBe(0);
  });

  if (!surface.takesSignal) return;
  test('see an abort in between', async () => {
    const controller = new AbortController();
    let attempts = 0;
    setTimeout(() => controller.abort(new Error('enough')), 1);
    await expect(start({ signal: controller.signal }, () => attempts++)).rejects.toThrow('enough');
    expect(attempts).toBeLessThan(MANY);
  });
});

test('a backoff of zero lets timers fire', async () => {
  const fired = vi.fn();
  const firing = new Promise((done) => setTimeout(done, 0)).then(fired);
  await expect(
    retry({ ...eager, on: Error, waitMax: 0 }).run(() => {
      // Classes never match an AbortError, so this error ends the call.
      if (fired.mock.calls.length > 0) throw Object.assign(new Error('a timer fired'), { name: 'AbortError' });
      throw error;
    }),
  ).rejects.toThrow('a timer fired');
  await firing;
});

test('test mode lets timers fire', async () => {
  const testing = setTesting(true, { attempts: MANY });
  const fired = vi.fn();
  const firing = new Promise((done) => setTimeout(done, 0)).then(fired);
  let seen = false;
  await expect(
    retry({ on: Error }).run(() => {
      seen ||= fired.mock.calls.length > 0;
      throw error;
    }),
  ).rejects.toThrow('not yet');
  testing.dispose();
  await firing;
  expect(seen).toBe(true);
});

test('a few zero waits cause no turn', async () => {
  vi.useFakeTimers(); // No time passes, however busy the machine is.
  const turned = vi.fn();
  realSetImmediate(turned);
  await expect(retry({ ...eager, attempts: 20 }).run(hopeless())).rejects.toThrow('always');
  expect(turned).not.toHaveBeenCalled();
});

/** Makes enough zero waits for one turn of the event loop. The clock stands still meanwhile. */
async function failLong(): Promise<void> {
  const work = hopeless();
  await rejection(finish(retry({ on: () => 0, attempts: 1_100 }).run(work)));
  expect(work).toHaveBeenCalledTimes(1_100);
}

test('a turn sets no timer, and closes its port', async () => {
  vi.useFakeTimers();
  const start = vi.spyOn(globalThis, 'setTimeout');
  const closed: (() => void)[] = [];
  class Channel extends MessageChannel {
    constructor() {
      super();
      closed.push(vi.spyOn(this.port1, 'close'));
    }
  }
  vi.stubGlobal('MessageChannel', Channel);
  await failLong();
  expect(start).not.toHaveBeenCalled();
  expect(closed).toHaveLength(1);
  for (const close of closed) expect(close).toHaveBeenCalledTimes(1);
});

test('a turn uses a timer without message channels', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('MessageChannel', undefined);
  const start = vi.spyOn(globalThis, 'setTimeout');
  await failLong();
  expect(start.mock.calls).toEqual([[expect.any(Function), 0]]);
});

test('a turn uses `setImmediate` in Deno', async () => {
  const turn = vi.fn(realSetImmediate);
  vi.stubGlobal('Deno', {});
  vi.stubGlobal('setImmediate', turn);
  vi.stubGlobal('MessageChannel', undefined);
  vi.resetModules();
  const { retry: fresh }: { retry: typeof retry } = await import('@stamina/core');
  vi.useFakeTimers();
  await rejection(finish(fresh({ on: () => 0, attempts: 1_100 }).run(hopeless())));
  expect(turn).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

describe('a long wait', () => {
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
});
