import { expect, vi } from 'vitest';
import type { Behaviours, Surface } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

/** Makes work that takes `ms` and then fails. */
function slow(ms: number) {
  const work = hopeless();
  work.mockImplementation(() => {
    vi.advanceTimersByTime(ms);
    throw new Error('slow');
  });
  return work;
}

async function reasonAndCalls(surface: Surface, options: object, work = hopeless()): Promise<unknown[]> {
  const onGiveUp = vi.fn();
  await rejection(settle(surface, { on: () => 0, onGiveUp, ...options }, work));
  return [onGiveUp.mock.calls[0]?.[0].reason, work.mock.calls.length];
}

/** Counts the calls of `work` before the event loop gets a turn. */
async function callsBeforeTurn(surface: Surface, options: object, work: ReturnType<typeof hopeless>): Promise<number> {
  let calls = 0;
  // Timers and immediates are fake here, so a message shows when the event loop has had a turn.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    calls = work.mock.calls.length;
  };
  port2.postMessage('a turn');
  await rejection(settle(surface, { on: () => 0, ...options }, work));
  port1.close();
  return calls;
}

export const waiting: Behaviours = {
  'waits grow from `waitInitial` to `waitMax`': async (surface) => {
    const onRetry = vi.fn();
    const options = { on: Error, waitInitial: 1, waitMax: 6, waitJitter: 0, onRetry, attempts: 6 };
    await rejection(settle(surface, options, hopeless()));
    expect(detailsOf(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 2, 4, 6, 6]);
    onRetry.mockClear();
    await rejection(settle(surface, { ...options, waitExpBase: 1.5, attempts: 4 }, hopeless()));
    expect(detailsOf(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 1.5, 2.25]);
  },

  'each wait draws its own jitter': async (surface) => {
    const onRetry = vi.fn();
    vi.mocked(Math.random).mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(0.25);
    const options = { on: Error, waitInitial: 1, waitMax: 100, waitJitter: 4, waitExpBase: 1, onRetry, attempts: 4 };
    await rejection(settle(surface, options, hopeless()));
    expect(detailsOf(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 3, 2]);
  },

  'a wait may fill the timeout, but not exceed it': async (surface) => {
    const timeout = 8;
    expect(await reasonAndCalls(surface, { on: () => 8, timeout }, failing('a', 'b'))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, { on: () => 8.5, timeout })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: Error, waitInitial: 9, timeout })).toEqual(['timeout', 1]);
  },

  'earlier waits count towards the timeout': async (surface) => {
    expect(await reasonAndCalls(surface, { on: () => 4, timeout: 11 })).toEqual(['timeout', 3]);
    expect(await reasonAndCalls(surface, { on: () => 4, timeout: 12 })).toEqual(['timeout', 4]);
  },

  'attempts count towards the timeout': async (surface) => {
    expect(await reasonAndCalls(surface, { timeout: 100 }, slow(50))).toEqual(['timeout', 3]);
    expect(await reasonAndCalls(surface, { timeout: 99 }, slow(50))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, { on: () => 5, timeout: 54 }, slow(50))).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 5, timeout: 55 }, slow(50))).toEqual(['timeout', 2]);
  },

  'the default timeout is 45 s': async (surface) => {
    expect(await reasonAndCalls(surface, {}, slow(45_000))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, {}, slow(45_001))).toEqual(['timeout', 1]);
  },

  'no attempt starts after the timeout': async (surface) => {
    const onRetry = () => void vi.advanceTimersByTime(20);
    expect(await reasonAndCalls(surface, { on: () => 1, timeout: 19.5, onRetry })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 0, timeout: 19.5, onRetry })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 0, timeout: 20, onRetry, attempts: 2 })).toEqual(['attempts', 2]);
  },

  'a success after the timeout counts': async (surface) => {
    const work = failing(new Error('first'));
    work.mockImplementation(() => {
      vi.advanceTimersByTime(1_000);
      return 'late';
    });
    expect(await settle(surface, { on: () => 0, timeout: 10 }, work)).toBe('late');
    expect(work).toHaveBeenCalledTimes(2);
  },

  'a timeout throws the last error': async (surface) => {
    const error = new Error('last');
    expect(await rejection(settle(surface, { on: () => 60, timeout: 50 }, failing(error)))).toBe(error);
  },

  '`timeout: Infinity` sets no limit': async (surface) => {
    const options = { timeout: Number.POSITIVE_INFINITY, attempts: 3 };
    expect(await reasonAndCalls(surface, options, slow(10 ** 9))).toEqual(['attempts', 3]);
  },

  'the timeout may be a duration': async (surface) => {
    expect(await reasonAndCalls(surface, { on: () => 10, timeout: { milliseconds: 9 } })).toEqual(['timeout', 1]);
  },
};

/** Behaviours of surfaces that do not block. They wait by timers, so their waits can be measured exactly. */
export const asynchronousWaiting: Behaviours = {
  'a retry starts exactly when its wait ends': async (surface) => {
    const begun: number[] = [];
    const work = failing();
    work.mockImplementation(() => {
      begun.push(performance.now());
      if (begun.length < 5) throw begun.length;
      return 'done';
    });
    const origin = performance.now();
    const waits = [0, 250, 45_000, { minutes: 90 }];
    await settle(surface, { on: () => waits.shift() as number, timeout: { hours: 2 } }, work);
    expect(begun.map((time) => time - origin)).toEqual([0, 0, 250, 45_250, 5_445_250]);
    expect(vi.getTimerCount()).toBe(0);
  },

  'a wait of 0 sets no timer': async (surface) => {
    const start = vi.spyOn(globalThis, 'setTimeout');
    expect(await settle(surface, { on: () => 0 }, failing(1, 2, 3))).toBe('done');
    expect(await settle(surface, { on: Error, waitMax: 0 }, failing(new Error('1'), new Error('2')))).toBe('done');
    expect(start).not.toHaveBeenCalled();
  },

  '10 ms of zero waits give the event loop a turn': async (surface) => {
    vi.advanceTimersByTime(1_000);
    // Without a timeout, the clock is first read after the first failure, so the 10 ms begin there.
    for (const [timeout, calls] of [
      [45_000, 2],
      [Infinity, 3],
    ] as const) {
      expect(await callsBeforeTurn(surface, { timeout }, slow(5))).toBe(calls);
    }
  },

  '1 000 zero waits give the event loop a turn': async (surface) => {
    expect(await callsBeforeTurn(surface, { attempts: 1_100 }, hopeless())).toBe(1_000);
  },

  'a predicate may return a promise': async (surface) => {
    const onRetry = vi.fn();
    const answers = [true, 30, { seconds: 2 }, -5, false];
    const work = hopeless();
    const on = async (): Promise<number> => answers.shift() as number;
    await expect(settle(surface, { on, onRetry }, work)).rejects.toThrow('always');
    expect(detailsOf(onRetry).map(({ waitFor }) => waitFor)).toEqual([100, 30, 2_000, 0]);
    expect(work).toHaveBeenCalledTimes(5);
  },

  'promises in an array are awaited in order': async (surface) => {
    const onRetry = vi.fn();
    const last = vi.fn(() => 3);
    const on = [async () => false, RangeError, async () => 2, last] as const;
    await settle(surface, { on, onRetry }, failing(new Error('any')));
    expect(detailsOf(onRetry)).toMatchObject([{ waitFor: 2 }]);
    expect(last).not.toHaveBeenCalled();
    onRetry.mockClear();
    await settle(surface, { on: [async () => false, RangeError, last], onRetry }, failing(new RangeError('any')));
    expect(detailsOf(onRetry)).toMatchObject([{ waitFor: 100 }]);
    await expect(settle(surface, { on: [async () => false, RangeError] }, failing(new Error('any')))).rejects.toThrow(
      'any',
    );
  },

  'an invalid promised answer is refused': async (surface) => {
    const error = new Error('classified');
    const on = async (): Promise<boolean> => undefined as unknown as boolean;
    for (const given of [on, [RangeError, on]]) {
      const thrown = await rejection(settle(surface, { on: given }, hopeless(error)));
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({ cause: error, message: expect.stringContaining('got undefined') });
    }
  },

  'a rejection of the predicate ends the call': async (surface) => {
    const bug = new Error('a bug in the predicate');
    const work = hopeless();
    expect(await rejection(settle(surface, { on: async () => Promise.reject(bug) }, work))).toBe(bug);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'waiting for an answer counts towards the timeout': async (surface) => {
    const work = hopeless();
    const onGiveUp = vi.fn();
    const on = () => new Promise<number>((resolve) => setTimeout(resolve, 60, 50));
    await rejection(settle(surface, { on, timeout: 109, onGiveUp }, work));
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 60 }]);
    expect(work).toHaveBeenCalledTimes(1);
  },
};
