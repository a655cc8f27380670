import { getEventListeners } from 'node:events';
import { type Attempt, type BlockAttempt, setActive, setTesting } from '@stamina/core';
import { expect, onTestFinished, vi } from 'vitest';
import { type Behaviours, finish, type Surface, type Work } from '../support/surfaces.ts';
import { failing, hopeless, rejection, settle } from '../support/work.ts';

const noWait = { on: () => 0 };

async function throwsUnchanged(surface: Surface, thrown: unknown): Promise<void> {
  const work = hopeless(thrown);
  expect(await rejection(settle(surface, { ...noWait, attempts: 2 }, work))).toBe(thrown);
  expect(work).toHaveBeenCalledTimes(2);
}

export const outcomes: Behaviours = {
  'a success is returned after one call': async (surface) => {
    const result = { some: 'result' };
    const work = vi.fn<Work>(() => result);
    expect(await settle(surface, { on: Error }, work)).toBe(result);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'a success without a timeout reads no clock': async (surface) => {
    const now = vi.spyOn(performance, 'now');
    await settle(surface, { on: Error, timeout: Infinity }, () => 'done');
    expect(now).not.toHaveBeenCalled();
    await settle(surface, { on: Error, timeout: Infinity, onRecover() {} }, () => 'done');
    expect(now).toHaveBeenCalled();
    now.mockClear();
    await settle(surface, { on: Error }, () => 'done');
    expect(now).toHaveBeenCalled();
  },

  'falsy results count as successes': async (surface) => {
    for (const result of [undefined, null, false, 0, '', Number.NaN]) {
      const work = vi.fn<Work>(() => result);
      expect(await settle(surface, noWait, work)).toBe(result);
      expect(work).toHaveBeenCalledTimes(1);
    }
  },

  'a returned error counts as a success': async (surface) => {
    const error = new Error('returned');
    expect(await settle(surface, { on: Error }, () => error)).toBe(error);
  },

  'work is retried until it succeeds': async (surface) => {
    const work = failing(new Error('1'), new Error('2'), new Error('3'));
    expect(await settle(surface, noWait, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(4);
  },

  'the last error is thrown unchanged': async (surface) => {
    const last = new Error('3');
    const work = failing(new Error('1'), new Error('2'), last);
    expect(await rejection(settle(surface, { ...noWait, attempts: 3 }, work))).toBe(last);
    expect(work).toHaveBeenCalledTimes(3);
  },

  'the default is 10 attempts': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, noWait, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(10);
  },

  'one attempt means no retry': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, { on: Error, attempts: 1 }, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(1);
  },

  '`attempts: Infinity` sets no limit': async (surface) => {
    const work = failing(...Array.from({ length: 25 }, (_, index) => index));
    expect(await settle(surface, { ...noWait, attempts: Number.POSITIVE_INFINITY }, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(26);
  },

  'errors are left untouched': async (surface) => {
    const error = new Error('plain', { cause: 'a cause' });
    const { stack } = error;
    expect(await rejection(settle(surface, { ...noWait, attempts: 3 }, hopeless(error)))).toBe(error);
    expect(Reflect.ownKeys(error)).toEqual(Reflect.ownKeys(new Error('plain', { cause: 'a cause' })));
    expect(error).toMatchObject({ message: 'plain', cause: 'a cause', stack });
  },

  'a frozen error is thrown unchanged': (surface) => throwsUnchanged(surface, Object.freeze(new Error('frozen'))),
  'a string is thrown unchanged': (surface) => throwsUnchanged(surface, 'a string'),
  'undefined is thrown unchanged': (surface) => throwsUnchanged(surface, undefined),
  'null is thrown unchanged': (surface) => throwsUnchanged(surface, null),
  'false is thrown unchanged': (surface) => throwsUnchanged(surface, false),
  'a symbol is thrown unchanged': (surface) => throwsUnchanged(surface, Symbol('thrown')),
  'a function is thrown unchanged': (surface) => throwsUnchanged(surface, () => 'thrown'),
  'an object without a prototype is thrown unchanged': (surface) => throwsUnchanged(surface, Object.create(null)),

  'concurrent calls share only the policy': async (surface) => {
    const onRetry = vi.fn();
    const work = vi.fn<Work>(() => {
      throw work.mock.calls.length;
    });
    const call = surface.prepare({ ...noWait, attempts: 2, onRetry }, work);
    const settled = (await finish(Promise.allSettled([call(), call(), call()]))) as PromiseRejectedResult[];
    expect(work).toHaveBeenCalledTimes(6);
    expect(new Set(settled.map(({ reason }) => reason)).size).toBe(3);
    expect(onRetry.mock.calls.map(([{ retryNum }]) => retryNum)).toEqual([1, 1, 1]);
  },

  'each call starts afresh': async (surface) => {
    const work = hopeless();
    const call = surface.prepare({ ...noWait, attempts: 3 }, work);
    await expect(finish(call())).rejects.toThrow('always');
    await expect(finish(call())).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(6);
  },
};

/** Returns the result of `look` for each attempt of a call that never succeeds. */
async function seen<Seen>(surface: Surface, options: object, look: (attempt: Attempt) => Seen): Promise<Seen[]> {
  const all: Seen[] = [];
  const work = (attempt?: Attempt): never => {
    all.push(look(attempt as Attempt));
    throw new Error('always');
  };
  await rejection(settle(surface, { on: Error, waitInitial: 1, waitMax: 4, waitJitter: 0, ...options }, work));
  return all;
}

const nextWait = (attempt: Attempt): number => attempt.nextWait;

export const attempts: Behaviours = {
  '`num` counts attempts from 1': async (surface) => {
    expect(await seen(surface, { attempts: 4 }, ({ num }) => num)).toEqual([1, 2, 3, 4]);
  },

  '`nextWait` is the lower bound of the next wait': async (surface) => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    expect(await seen(surface, { attempts: 5 }, nextWait)).toEqual([1, 2, 4, 4, 0]);
    expect(await seen(surface, { attempts: 5, waitJitter: 1 }, nextWait)).toEqual([1, 2, 3, 3, 0]);
    expect(await seen(surface, { attempts: 1 }, nextWait)).toEqual([0]);
  },

  '`nextWait` is 0 if the wait exceeds the timeout': async (surface) => {
    expect(await seen(surface, { timeout: 3 }, nextWait)).toEqual([1, 2, 0]);
    expect(await seen(surface, { timeout: 2.5 }, nextWait)).toEqual([1, 0]);
    const late = (attempt: Attempt): number[] => {
      vi.advanceTimersByTime(10);
      return [attempt.nextWait];
    };
    expect(await seen(surface, { timeout: 11, attempts: 2 }, late)).toEqual([[1], [0]]);
    expect(await seen(surface, { timeout: 10.5 }, late)).toEqual([[0]]);
  },

  '`nextWait` is 0 if no wait can follow': async (surface) => {
    const controller = new AbortController();
    const abort = (attempt: Attempt): number[] => {
      const before = attempt.nextWait;
      controller.abort();
      return [before, attempt.nextWait];
    };
    expect(await seen(surface, { signal: controller.signal }, abort)).toEqual([[1, 0]]);
    const testing = setTesting(true, { attempts: 2 });
    onTestFinished(() => testing.dispose());
    expect(await seen(surface, {}, nextWait)).toEqual([0, 0]);
    const inactive = setActive(false);
    onTestFinished(() => inactive.dispose());
    expect(await seen(surface, {}, nextWait)).toEqual([0]);
  },

  'each attempt makes its `signal` on first read': async (surface) => {
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    const signals: AbortSignal[] = [];
    const counts = await seen(surface, { attempts: 3, signal }, (attempt) => {
      const before = listeners();
      signals.push(attempt.signal);
      expect(attempt.signal).toBe(attempt.signal);
      return [before, listeners()];
    });
    expect(counts).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(listeners()).toBe(0);
    expect(new Set(signals).size).toBe(3);
    expect(signals[0]).toBeInstanceOf(AbortSignal);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  },

  '`signal` is aborted with the given reason': async (surface) => {
    for (const readFirst of [true, false]) {
      const controller = new AbortController();
      const reason = { readFirst };
      const look = (attempt: Attempt): unknown => {
        if (readFirst) expect(attempt.signal.aborted).toBe(false);
        controller.abort(reason);
        return attempt.signal.aborted && attempt.signal.reason;
      };
      expect(await seen(surface, { signal: controller.signal }, look)).toEqual([reason]);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }
  },

  '`signal` is never aborted after its attempt': async (surface) => {
    const controller = new AbortController();
    const taken: Attempt[] = [];
    const { signal } = controller;
    const work = (attempt?: Attempt): string => {
      taken.push(attempt as Attempt);
      if (taken.length < 4) attempt?.signal;
      if (taken.length < 3) throw new Error('not yet');
      return 'done';
    };
    await settle(surface, { on: () => 0, signal }, work);
    await settle(surface, { on: () => 0, signal }, work);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    controller.abort();
    // The last attempt's signal was not read while that attempt ran.
    expect(taken.map((attempt) => attempt.signal.aborted)).toEqual([false, false, false, false]);
  },

  '`lastError` is the error of the previous attempt': async (surface) => {
    const errors = [new Error('first'), 'second', undefined, 'last'];
    const given: unknown[] = [];
    const work = (attempt?: Attempt): never => {
      given.push((attempt as Attempt).lastError);
      throw errors[given.length - 1];
    };
    await rejection(settle(surface, { on: () => 0, attempts: 4 }, work));
    expect(given).toEqual([undefined, ...errors.slice(0, 3)]);
  },

  '`timeLeft` is Infinity without a limit': async (surface) => {
    expect(await seen(surface, { attempts: 2 }, ({ timeLeft }) => timeLeft)).toEqual([Infinity, Infinity]);
  },
};

/** Behaviours of loops. */
export const resetting: Behaviours = {
  '`reset` lets the attempts and the waits begin again': async (surface) => {
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const given: unknown[] = [];
    const work = (attempt?: Attempt): never => {
      const { num, lastError, nextWait } = attempt as BlockAttempt;
      given.push([num, lastError, nextWait]);
      if (given.length === 3) {
        (attempt as BlockAttempt).reset();
        expect(attempt).toMatchObject({ num: 1, lastError: undefined, nextWait: 1 });
      }
      throw given.length;
    };
    const options = { on: () => true, attempts: 4, waitInitial: 1, waitMax: 8, waitJitter: 0, onRetry, onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(6);
    expect(given).toEqual([
      [1, undefined, 1],
      [2, 1, 2],
      [3, 2, 4],
      [2, 3, 2],
      [3, 4, 4],
      [4, 5, 0],
    ]);
    expect(onRetry.mock.calls.map(([{ retryNum, waitFor }]) => [retryNum, waitFor])).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
      [2, 2],
      [3, 4],
    ]);
    expect(onGiveUp.mock.calls).toMatchObject([[{ attempt: 4, waitedSoFar: 7, errors: [3, 4, 5, 6] }]]);
  },

  '`reset` lets the timeout begin again': async (surface) => {
    let attempts = 0;
    const work = (attempt?: Attempt): unknown => {
      vi.advanceTimersByTime(60);
      if (++attempts < 4) (attempt as BlockAttempt).reset();
      throw attempts;
    };
    expect(await rejection(settle(surface, { on: () => 0, timeout: 100 }, work))).toBe(5);
  },

  '`reset` reports a recovery, if an attempt had failed': async (surface) => {
    const hooks = { onRecover: vi.fn(), onGiveUp: vi.fn() };
    let attempts = 0;
    const work = (attempt?: Attempt): unknown => {
      (attempt as BlockAttempt).reset();
      (attempt as BlockAttempt).reset();
      if (++attempts < 3) throw attempts;
      return 'done';
    };
    expect(await settle(surface, { on: () => 0, ...hooks }, work)).toBe('done');
    expect(hooks.onRecover.mock.calls).toMatchObject([[{ attempt: 2, causedBy: 1 }], [{ attempt: 2, causedBy: 2 }]]);
    expect(hooks.onGiveUp).not.toHaveBeenCalled();
  },

  '`reset` is refused once the attempt is over': async (surface) => {
    const taken: BlockAttempt[] = [];
    const work = (attempt?: Attempt): unknown => taken.push(attempt as BlockAttempt);
    await settle(surface, { on: Error }, work);
    expect(() => taken[0]?.reset()).toThrow('attempt 1 is over; call reset on the attempt of this iteration');
  },
};
