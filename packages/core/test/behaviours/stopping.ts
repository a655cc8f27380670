import { getEventListeners } from 'node:events';
import type { GiveUpDetails } from '@stamina/core';
import { expect, vi } from 'vitest';
import type { Behaviours, Work } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

const error = new Error('the error of the attempt');

/** Makes work that stops retrying during its first attempt, and then does what `then` does. */
function stoppingWork(controller: AbortController, then: () => unknown) {
  return vi.fn<Work>(() => {
    controller.abort();
    return then();
  });
}

function throwError(): never {
  throw error;
}

export const stopping: Behaviours = {
  'a call that begins after the stop makes one attempt': async (surface) => {
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    const work = hopeless(error);
    const options = { on: Error, stop: AbortSignal.abort(), onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['stopped']);
    expect(await settle(surface, options, failing())).toBe('done');
  },

  'an attempt that runs at the stop is the last one': async (surface) => {
    const controller = new AbortController();
    const onRetry = vi.fn();
    const work = stoppingWork(controller, throwError);
    const options = { on: () => 0, stop: controller.signal, onRetry };
    expect(await rejection(settle(surface, options, work))).toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
    expect(onRetry).not.toHaveBeenCalled();
  },

  'an attempt that runs at the stop may succeed': async (surface) => {
    const controller = new AbortController();
    const work = stoppingWork(controller, () => 'done');
    expect(await settle(surface, { on: Error, stop: controller.signal }, work)).toBe('done');
  },

  'a hook may stop retrying': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    const work = hopeless(error);
    const options = { on: () => 0, stop: controller.signal, onRetry: () => controller.abort(), onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['stopped']);
  },

  'an error that `on` does not match is unmatched, even after the stop': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    const work = failing(error, new RangeError());
    work.mockImplementationOnce(throwError);
    const on = (failure: unknown): boolean | number => {
      if (failure === error) return 0;
      controller.abort();
      return false;
    };
    await rejection(settle(surface, { on, stop: controller.signal, onGiveUp }, work));
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['unmatched']);
  },
};

export const stoppingWaits: Behaviours = {
  'the stop ends a wait at once, with the last error': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    const origin = performance.now();
    setTimeout(() => controller.abort(), 20);
    const options = { on: () => 50, stop: controller.signal, onGiveUp };
    expect(await rejection(settle(surface, options, hopeless(error)))).toBe(error);
    expect(performance.now() - origin).toBe(20);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'stopped', attempt: 1, waitedSoFar: 50, errors: [error] }]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  },

  'the stop ends a wait for the answer of `on`': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn<(details: GiveUpDetails) => void>();
    setTimeout(() => controller.abort(), 20);
    const options = { on: () => new Promise<boolean>(() => {}), stop: controller.signal, onGiveUp };
    expect(await rejection(settle(surface, options, hopeless(error)))).toBe(error);
    expect(detailsOf(onGiveUp).map(({ reason }) => reason)).toEqual(['stopped']);
  },

  'calls without any other limit may have a stop': async (surface) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1_000);
    const work = hopeless(error);
    const options = { on: () => 10, attempts: Infinity, timeout: Infinity, stop: controller.signal };
    expect(await rejection(settle(surface, options, work))).toBe(error);
    expect(work.mock.calls.length).toBeGreaterThan(90);
  },
};

export const stoppedAttempts: Behaviours = {
  'the stop does not abort the signal of a running attempt': async (surface) => {
    const controller = new AbortController();
    const work = vi.fn<Work>((attempt) => {
      const signal = attempt?.signal;
      controller.abort();
      return signal?.aborted;
    });
    expect(await settle(surface, { on: Error, stop: controller.signal }, work)).toBe(false);
  },

  'no wait follows an attempt after the stop': async (surface) => {
    const work = vi.fn<Work>((attempt) => attempt?.nextWait);
    expect(await settle(surface, { on: Error, stop: AbortSignal.abort() }, work)).toBe(0);
  },
};
