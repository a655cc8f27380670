import { type GiveUpDetails, gaveUp, type RetryOptions, retry, retryBudget } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { expect, vi } from 'vitest';
import type { Behaviours, Surface, Work } from '../support/surfaces.ts';
import { detailsOf, hopeless, rejection, settle } from '../support/work.ts';

const noWait: RetryOptions = { on: Error, waitMax: 0 };

/** Makes work that calls `work` under a policy of its own. */
function inner(surface: Surface, options: Partial<RetryOptions>, work: Work) {
  const all = { ...noWait, ...options };
  return vi.fn<Work>(surface.sync || surface.syncWork ? () => retrySync(all).run(work) : () => retry(all).run(work));
}

export const nesting: Behaviours = {
  'with `nested: false`, an error with which an inner call gave up is passed on': async (surface) => {
    const work = hopeless();
    const middle = inner(surface, { nested: false }, inner(surface, { attempts: 4 }, work));
    const thrown = await rejection(settle(surface, { ...noWait, nested: false }, middle));
    expect(work).toHaveBeenCalledTimes(4);
    expect(gaveUp(thrown)).toBe(true);
  },

  'with `nested: true`, it is retried': async (surface) => {
    const work = hopeless();
    const options = { ...noWait, attempts: 3, nested: true };
    await rejection(settle(surface, options, inner(surface, { attempts: 2 }, work)));
    expect(work).toHaveBeenCalledTimes(6);
  },

  'an inner call that may make only one attempt does not count': async (surface) => {
    const work = hopeless();
    const options = { ...noWait, attempts: 3, nested: false };
    await rejection(settle(surface, options, inner(surface, { attempts: 1 }, work)));
    expect(work).toHaveBeenCalledTimes(3);
  },

  'an inner call counts that had no time or budget for a retry, or was stopped': async (surface) => {
    const empty = retryBudget({ ratio: 0, reserve: 0, minPerSecond: 0 });
    for (const limit of [{ timeout: 1, on: () => 2 }, { budget: empty }, { stop: AbortSignal.abort() }]) {
      const work = hopeless();
      await rejection(settle(surface, { ...noWait, nested: false }, inner(surface, limit, work)));
      expect(work).toHaveBeenCalledTimes(1);
    }
  },

  'an error of which an inner call is not retried is no nested retry': async (surface) => {
    const work = hopeless();
    const options = { ...noWait, attempts: 3, nested: false };
    await rejection(settle(surface, options, inner(surface, { on: RangeError }, work)));
    expect(work).toHaveBeenCalledTimes(3);
  },

  'an error that was kept from an earlier call is no nested retry': async (surface) => {
    const kept = new Error('kept');
    const options = { ...noWait, attempts: 3, nested: false };
    await rejection(settle(surface, options, hopeless(kept)));
    const work = hopeless(kept);
    await rejection(settle(surface, options, work));
    expect(work).toHaveBeenCalledTimes(3);
  },

  'an error that was kept from an earlier attempt is no nested retry': async (surface) => {
    const kept = new Error('kept');
    const nested = inner(surface, { attempts: 2 }, hopeless(kept));
    const work = vi.fn<Work>(() => {
      if (work.mock.calls.length === 2) return nested();
      throw kept;
    });
    await rejection(settle(surface, { ...noWait, attempts: 5, nested: false }, work));
    expect(work).toHaveBeenCalledTimes(2);
    expect(nested).toHaveBeenCalledTimes(1);
  },

  'an error that is passed on is unmatched': async (surface) => {
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    const nested = inner(surface, { attempts: 2 }, hopeless());
    const work = vi.fn<Work>(() => {
      if (work.mock.calls.length === 2) return nested();
      throw new Error('first');
    });
    await rejection(settle(surface, { ...noWait, nested: false, onGiveUp }, work));
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['unmatched']);
  },
};
