import { expect, vi } from 'vitest';
import type { Surface } from '../surfaces.ts';
import { failing, hopeless, rejection, settle, told } from '../work.ts';
import type { Behaviours } from './table.ts';

/** Work that fails each time, having taken so long. */
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

/** How often `work` is called before the event loop has a turn. */
async function callsBeforeTurn(surface: Surface, options: object, work: ReturnType<typeof hopeless>): Promise<number> {
  let calls = 0;
  // Neither a timer nor an immediate, which are faked here.
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
  'the waits grow from `waitInitial` by `waitExpBase` up to `waitMax`': async (surface) => {
    const onRetry = vi.fn();
    const options = { on: Error, waitInitial: 1, waitMax: 6, waitJitter: 0, onRetry, attempts: 6 };
    await rejection(settle(surface, options, hopeless()));
    expect(told(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 2, 4, 6, 6]);
    onRetry.mockClear();
    await rejection(settle(surface, { ...options, waitExpBase: 1.5, attempts: 4 }, hopeless()));
    expect(told(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 1.5, 2.25]);
  },

  'jitter is drawn anew for each wait': async (surface) => {
    const onRetry = vi.fn();
    vi.mocked(Math.random).mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(0.25);
    const options = { on: Error, waitInitial: 1, waitMax: 100, waitJitter: 4, waitExpBase: 1, onRetry, attempts: 4 };
    await rejection(settle(surface, options, hopeless()));
    expect(told(onRetry).map(({ waitFor }) => waitFor)).toEqual([1, 3, 2]);
  },

  'a wait that fills the timeout is begun, a longer one is not': async (surface) => {
    const timeout = 8;
    expect(await reasonAndCalls(surface, { on: () => 8, timeout }, failing('a', 'b'))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, { on: () => 8.5, timeout })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: Error, waitInitial: 9, timeout })).toEqual(['timeout', 1]);
  },

  'earlier waits count towards the timeout': async (surface) => {
    expect(await reasonAndCalls(surface, { on: () => 4, timeout: 11 })).toEqual(['timeout', 3]);
    expect(await reasonAndCalls(surface, { on: () => 4, timeout: 12 })).toEqual(['timeout', 4]);
  },

  'the time that attempts take counts towards the timeout': async (surface) => {
    expect(await reasonAndCalls(surface, { timeout: 100 }, slow(50))).toEqual(['timeout', 3]);
    expect(await reasonAndCalls(surface, { timeout: 99 }, slow(50))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, { on: () => 5, timeout: 54 }, slow(50))).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 5, timeout: 55 }, slow(50))).toEqual(['timeout', 2]);
  },

  'the default timeout is 45 s': async (surface) => {
    expect(await reasonAndCalls(surface, {}, slow(45_000))).toEqual(['timeout', 2]);
    expect(await reasonAndCalls(surface, {}, slow(45_001))).toEqual(['timeout', 1]);
  },

  'an attempt is not begun once the timeout has passed while waiting': async (surface) => {
    const onRetry = () => void vi.advanceTimersByTime(20);
    expect(await reasonAndCalls(surface, { on: () => 1, timeout: 19.5, onRetry })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 0, timeout: 19.5, onRetry })).toEqual(['timeout', 1]);
    expect(await reasonAndCalls(surface, { on: () => 0, timeout: 20, onRetry, attempts: 2 })).toEqual(['attempts', 2]);
  },

  'the timeout interrupts no attempt: a late success counts': async (surface) => {
    const work = failing(new Error('first'));
    work.mockImplementation(() => {
      vi.advanceTimersByTime(1_000);
      return 'late';
    });
    expect(await settle(surface, { on: () => 0, timeout: 10 }, work)).toBe('late');
    expect(work).toHaveBeenCalledTimes(2);
  },

  'a timeout that struck throws the last error as it is': async (surface) => {
    const error = new Error('last');
    expect(await rejection(settle(surface, { on: () => 60, timeout: 50 }, failing(error)))).toBe(error);
  },

  'without a timeout the waits may take as long as they like': async (surface) => {
    const options = { timeout: Number.POSITIVE_INFINITY, attempts: 3 };
    expect(await reasonAndCalls(surface, options, slow(10 ** 9))).toEqual(['attempts', 3]);
  },

  'a timeout may be a duration': async (surface) => {
    expect(await reasonAndCalls(surface, { on: () => 10, timeout: { milliseconds: 9 } })).toEqual(['timeout', 1]);
  },
};

/** Surfaces that leave the thread free wait by timers, which these tests let pass: no surface's wait is shorter, or longer. */
export const asynchronousWaiting: Behaviours = {
  'a retry begins when its wait is over, not before and not after': async (surface) => {
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

  'a wait of 0 costs no timer': async (surface) => {
    const start = vi.spyOn(globalThis, 'setTimeout');
    expect(await settle(surface, { on: () => 0 }, failing(1, 2, 3))).toBe('done');
    expect(await settle(surface, { on: Error, waitMax: 0 }, failing(new Error('1'), new Error('2')))).toBe('done');
    expect(start).not.toHaveBeenCalled();
  },

  'the event loop gets a turn at least every 10 ms of zero waits, whatever the timeout': async (surface) => {
    vi.advanceTimersByTime(1_000);
    // Without a timeout nobody notes when the first attempt began: there the 10 ms count from its end.
    for (const [timeout, calls] of [
      [45_000, 2],
      [Infinity, 3],
    ] as const) {
      expect(await callsBeforeTurn(surface, { timeout }, slow(5))).toBe(calls);
    }
  },

  'the event loop gets a turn every 1 000 zero waits, though the clock stands still': async (surface) => {
    expect(await callsBeforeTurn(surface, { attempts: 1_100 }, hopeless())).toBe(1_000);
  },

  'a hook may answer by a promise': async (surface) => {
    const onRetry = vi.fn();
    const answers = [true, 30, { seconds: 2 }, -5, false];
    const work = hopeless();
    const on = async (): Promise<number> => answers.shift() as number;
    await expect(settle(surface, { on, onRetry }, work)).rejects.toThrow('always');
    expect(told(onRetry).map(({ waitFor }) => waitFor)).toEqual([100, 30, 2_000, 0]);
    expect(work).toHaveBeenCalledTimes(5);
  },

  'in an array promises are asked in turn, and only as far as needed': async (surface) => {
    const onRetry = vi.fn();
    const last = vi.fn(() => 3);
    const on = [async () => false, RangeError, async () => 2, last] as const;
    await settle(surface, { on, onRetry }, failing(new Error('any')));
    expect(told(onRetry)).toMatchObject([{ waitFor: 2 }]);
    expect(last).not.toHaveBeenCalled();
    onRetry.mockClear();
    await settle(surface, { on: [async () => false, RangeError, last], onRetry }, failing(new RangeError('any')));
    expect(told(onRetry)).toMatchObject([{ waitFor: 100 }]);
    await expect(settle(surface, { on: [async () => false, RangeError] }, failing(new Error('any')))).rejects.toThrow(
      'any',
    );
  },

  'a promised answer that is none is refused as any other': async (surface) => {
    const error = new Error('judged');
    const on = async (): Promise<boolean> => undefined as unknown as boolean;
    for (const given of [on, [RangeError, on]]) {
      const thrown = await rejection(settle(surface, { on: given }, hopeless(error)));
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({ cause: error, message: expect.stringContaining('got undefined') });
    }
  },

  'a hook that rejects is a hook that throws': async (surface) => {
    const bug = new Error('a bug in the hook');
    const work = hopeless();
    expect(await rejection(settle(surface, { on: async () => Promise.reject(bug) }, work))).toBe(bug);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'the time that a hook takes to answer counts towards the timeout': async (surface) => {
    const work = hopeless();
    const onGiveUp = vi.fn();
    const on = () => new Promise<number>((resolve) => setTimeout(resolve, 60, 50));
    await rejection(settle(surface, { on, timeout: 109, onGiveUp }, work));
    expect(told(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 60 }]);
    expect(work).toHaveBeenCalledTimes(1);
  },
};
