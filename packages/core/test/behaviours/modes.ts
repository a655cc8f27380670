import { retryBudget, setActive, setRetryHooks, setTesting } from '@stamina/core';
import { expect, vi } from 'vitest';
import { type Behaviours, finish } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

const error = new Error('always');

async function whileOn<Result>(disposer: { dispose(): void }, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } finally {
    disposer.dispose();
  }
}

export const modes: Behaviours = {
  'inactive calls make one plain attempt': async (surface) => {
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
    const on = vi.fn(() => 0);
    const work = hopeless(error);
    const budget = retryBudget();
    setRetryHooks([hooks]);
    const options = { on, budget, attempts: Number.POSITIVE_INFINITY, ...hooks };
    expect(await whileOn(setActive(false), () => rejection(settle(surface, options, work)))).toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
    for (const hook of [on, ...Object.values(hooks)]) expect(hook).not.toHaveBeenCalled();
    expect(budget.balance).toBe(100);
  },

  'inactive calls return their result': async (surface) => {
    expect(await whileOn(setActive(false), () => settle(surface, { on: Error }, failing()))).toBe('done');
  },

  'a policy retries again after it was inactive': async (surface) => {
    const work = failing(error, error);
    const call = surface.prepare({ on: () => 0 }, work);
    await whileOn(setActive(false), () => rejection(finish(call())));
    expect(work).toHaveBeenCalledTimes(1);
    expect(await finish(call())).toBe('done');
    expect(work).toHaveBeenCalledTimes(3);
  },

  'modes do not change running calls': async (surface) => {
    for (const change of [() => setActive(false), () => setTesting(true)]) {
      const disposers: { dispose(): void }[] = [];
      const work = failing(error);
      work.mockReset().mockImplementation(() => {
        if (disposers.push(change()) < 4) throw error;
        return 'done';
      });
      expect(await settle(surface, { on: () => 1 }, work)).toBe('done');
      expect(work).toHaveBeenCalledTimes(4);
      for (const disposer of disposers) disposer.dispose();
    }
  },

  'test mode has one attempt by default, and no waits': async (surface) => {
    const origin = performance.now();
    const onRetry = vi.fn();
    const begun: number[] = [];
    const work = hopeless(error);
    work.mockImplementation(() => {
      begun.push(performance.now() - origin);
      throw error;
    });
    const options = { on: [RangeError, () => 60_000], onRetry } as const;
    expect(await whileOn(setTesting(true), () => rejection(settle(surface, options, work)))).toBe(error);
    expect(begun).toEqual([0]);
    await whileOn(setTesting(true, { attempts: 3 }), () => rejection(settle(surface, options, work)));
    expect(begun).toEqual([0, 0, 0, 0]);
    await whileOn(setTesting(true, { attempts: 2 }), () => rejection(settle(surface, { on: Error }, work)));
    expect(begun).toEqual([0, 0, 0, 0, 0, 0]);
    expect(detailsOf(onRetry)).toMatchObject([
      { waitFor: 0, waitedSoFar: 0, attempts: 3 },
      { waitFor: 0, waitedSoFar: 0, attempts: 3 },
    ]);
  },

  'test mode replaces the attempts, or caps them': async (surface) => {
    const calls = async (own: number, testing: { attempts?: number; cap?: boolean }): Promise<number> => {
      const work = hopeless(error);
      await whileOn(setTesting(true, testing), () => rejection(settle(surface, { on: Error, attempts: own }, work)));
      return work.mock.calls.length;
    };
    expect(await calls(2, { attempts: 5 })).toBe(5);
    expect(await calls(2, { attempts: 5, cap: false })).toBe(5);
    expect(await calls(2, { attempts: 5, cap: true })).toBe(2);
    expect(await calls(7, { attempts: 5, cap: true })).toBe(5);
    expect(await calls(7, { cap: true })).toBe(1);
  },

  'neither the timeout nor the budget ends a call in test mode': async (surface) => {
    const onGiveUp = vi.fn();
    const budget = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    const work = hopeless(error);
    work.mockImplementation(() => {
      vi.advanceTimersByTime(1_000);
      throw error;
    });
    const options = { on: () => 5_000, timeout: 500, budget, onGiveUp };
    await whileOn(setTesting(true, { attempts: 4 }), () => rejection(settle(surface, options, work)));
    expect(work).toHaveBeenCalledTimes(4);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'attempts', attempts: 4, timeout: 500 }]);
  },

  'the timeout ends a call in test mode if its attempts are unlimited': async (surface) => {
    const work = hopeless(error);
    work.mockImplementation(() => {
      vi.advanceTimersByTime(200);
      throw error;
    });
    const options = { on: Error, timeout: 500 };
    await whileOn(setTesting(true, { attempts: Infinity }), () => rejection(settle(surface, options, work)));
    expect(work).toHaveBeenCalledTimes(3);
  },

  'test mode calls hooks as usual': async (surface) => {
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn() };
    await whileOn(setTesting(true, { attempts: 2 }), () =>
      rejection(settle(surface, { on: Error, ...hooks }, hopeless(error))),
    );
    expect(detailsOf(hooks.onRetry)).toMatchObject([
      { name: surface.name, attempt: 1, retryNum: 1, causedBy: error, timeout: 45_000 },
    ]);
    expect(detailsOf(hooks.onGiveUp)).toMatchObject([
      { reason: 'attempts', attempts: 2, errors: [error, error], waitedSoFar: 0 },
    ]);
    await whileOn(setTesting(true, { attempts: 5 }), async () => {
      const work = failing(error, new RangeError('unmatched'));
      const on = (thrown: unknown) => thrown === error;
      await rejection(settle(surface, { on, ...hooks }, work));
      expect(work).toHaveBeenCalledTimes(2);
      expect(detailsOf(hooks.onGiveUp)[1]).toMatchObject({ reason: 'unmatched' });
    });
  },

  'inactive takes precedence over test mode': async (surface) => {
    const work = hopeless(error);
    const testing = setTesting(true, { attempts: 3 });
    await whileOn(setActive(false), () => rejection(settle(surface, { on: Error }, work)));
    expect(work).toHaveBeenCalledTimes(1);
    await whileOn(testing, () => rejection(settle(surface, { on: Error }, work)));
    expect(work).toHaveBeenCalledTimes(4);
  },
};

/** The clock stands still here, so that budgets neither refill nor expire. `budget.test.ts` checks that they do. */
export const budgets: Behaviours = {
  'a call deposits once, and withdraws 1 per retry': async (surface) => {
    const budget = retryBudget({ ratio: 0.25, reserve: 5, window: 5_000 });
    await settle(surface, { on: () => 0, budget }, failing());
    expect(budget.balance).toBe(5.25);
    await settle(surface, { on: () => 0, budget }, failing(1, 2, 3));
    expect(budget.balance).toBe(2.5);
    await rejection(settle(surface, { on: () => 0, budget, attempts: 2 }, hopeless()));
    expect(budget.balance).toBe(1.75);
  },

  'an empty budget ends the call': async (surface) => {
    const budget = retryBudget({ ratio: 0, reserve: 2 });
    const onGiveUp = vi.fn();
    const onRetry = vi.fn();
    const work = hopeless(error);
    expect(await rejection(settle(surface, { on: () => 0, budget, onRetry, onGiveUp }, work))).toBe(error);
    expect(work).toHaveBeenCalledTimes(3);
    expect(onRetry).toHaveBeenCalledTimes(2);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'budget', attempt: 3, errors: [error, error, error] }]);
    await rejection(settle(surface, { on: () => 0, budget, onGiveUp }, work));
    expect(work).toHaveBeenCalledTimes(4);
    expect(budget.balance).toBe(0);
  },

  'only a retry that will start is charged': async (surface) => {
    const reserve = { ratio: 0, reserve: 5 };
    const left = async (options: object): Promise<number> => {
      const budget = retryBudget(reserve);
      await rejection(settle(surface, { on: () => 0, budget, ...options }, hopeless()));
      return budget.balance;
    };
    expect(await left({ attempts: 3 })).toBe(3);
    expect(await left({ attempts: 1 })).toBe(5);
    expect(await left({ on: () => false })).toBe(5);
    expect(await left({ on: () => 10, timeout: 9 })).toBe(5);
    const empty = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    const onGiveUp = vi.fn();
    await rejection(settle(surface, { on: () => 0, budget: empty, attempts: 1, onGiveUp }, hopeless()));
    await rejection(settle(surface, { on: () => 10, budget: empty, timeout: 9, onGiveUp }, hopeless()));
    await rejection(settle(surface, { on: () => 10, budget: empty, onGiveUp }, hopeless()));
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['attempts', 'timeout', 'budget']);
  },

  'a retry is not charged if the answer says so': async (surface) => {
    const budget = retryBudget({ ratio: 0, reserve: 1, minPerSecond: 0 });
    const free = { atLeast: 0, budget: false } as const;
    await settle(surface, { on: () => free, waitMax: 0, budget }, failing(1, 2, 3));
    expect(budget.balance).toBe(1);
    const charged = { atLeast: 0, budget: undefined };
    const work = hopeless();
    await rejection(settle(surface, { on: () => charged, waitMax: 0, budget }, work));
    expect(work).toHaveBeenCalledTimes(2);
    await settle(surface, { on: () => free, waitMax: 0, budget }, failing(1, 2, 3));
  },

  'policies can share a budget': async (surface) => {
    const budget = retryBudget({ ratio: 0, reserve: 3 });
    await settle(surface, { on: () => 0, budget, name: 'one' }, failing(1, 2));
    const work = failing(1, 2, 3);
    expect(await rejection(settle(surface, { on: () => 0, budget, name: 'other' }, work))).toBe(2);
  },

  'test mode charges the budget': async (surface) => {
    const budget = retryBudget({ ratio: 0, reserve: 2 });
    const testing = setTesting(true, { attempts: 5 });
    await whileOn(testing, () => rejection(settle(surface, { on: Error, budget }, hopeless())));
    expect(budget.balance).toBe(0);
  },
};
