import { getEventListeners } from 'node:events';
import { retryBudget, setActive } from '@stamina/core';
import { expect, onTestFinished, vi } from 'vitest';
import type { Work } from '../surfaces.ts';
import { failing, hopeless, rejection, settle, told } from '../work.ts';
import type { Behaviours } from './table.ts';

const error = new Error('the own error of the attempt');
const reason = { why: 'the caller went away' };

/** Work that aborts while its attempt number `num` runs; it throws the errors in turn, the last of them for ever. */
function abortingDuring(num: number, controller: AbortController, ...errors: unknown[]) {
  const work = vi.fn<Work>(() => {
    const { length } = work.mock.calls;
    if (length === num) controller.abort(reason);
    throw errors[Math.min(length, errors.length) - 1];
  });
  return work;
}

export const aborting: Behaviours = {
  'aborted before the call, nothing is called, and the reason is thrown': async (surface) => {
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
    const work = failing();
    const budget = retryBudget();
    const options = { on: Error, signal: AbortSignal.abort(reason), budget, ...hooks };
    expect(await rejection(settle(surface, options, work))).toBe(reason);
    for (const mock of [work, ...Object.values(hooks)]) expect(mock).not.toHaveBeenCalled();
    expect(budget.balance).toBe(10);
  },

  'a signal that was aborted without a reason rejects with an AbortError': async (surface) => {
    const thrown = await rejection(settle(surface, { on: Error, signal: AbortSignal.abort() }, failing()));
    expect(thrown).toBeInstanceOf(DOMException);
    expect(thrown).toMatchObject({ name: 'AbortError' });
  },

  'aborted while an attempt runs, its success counts': async (surface) => {
    for (const num of [1, 2]) {
      const controller = new AbortController();
      const work = failing();
      work.mockImplementation(() => {
        if (work.mock.calls.length === num) controller.abort(reason);
        if (work.mock.calls.length < num) throw error;
        return 'done';
      });
      expect(await settle(surface, { on: () => 0, signal: controller.signal }, work)).toBe('done');
      expect(work).toHaveBeenCalledTimes(num);
    }
  },

  'aborted while an attempt runs, its failure is not retried, and the reason is thrown': async (surface) => {
    for (const num of [1, 2]) {
      const controller = new AbortController();
      const onGiveUp = vi.fn();
      const work = abortingDuring(num, controller, error);
      const options = { on: () => 0, signal: controller.signal, onGiveUp };
      expect(await rejection(settle(surface, options, work))).toBe(reason);
      expect(work).toHaveBeenCalledTimes(num);
      const errors = Array(num).fill(error);
      expect(told(onGiveUp)).toMatchObject([{ reason: 'aborted', causedBy: error, errors, retryNum: num }]);
      expect(told(onGiveUp)[0].causedBy).toBe(error);
    }
  },

  'aborted comes before every other reason to give up': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const budget = retryBudget({ ratio: 0, minPerSecond: 1, window: 1_000 });
    const work = abortingDuring(2, controller, error, new RangeError('unmatched'));
    const on = (thrown: unknown): number | false => (thrown === error ? 0 : false);
    const options = { on, attempts: 2, timeout: 5, budget, signal: controller.signal, onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(reason);
    expect(told(onGiveUp)).toMatchObject([{ reason: 'aborted', errors: [error, { message: 'unmatched' }] }]);
  },

  'aborted while an attempt runs that no retry would follow, the reason is thrown, and nobody told': async (
    surface,
  ) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const work = abortingDuring(1, controller, error);
    expect(await rejection(settle(surface, { on: RangeError, signal: controller.signal, onGiveUp }, work))).toBe(
      reason,
    );
    expect(onGiveUp).not.toHaveBeenCalled();
  },

  'aborted by a hook, no attempt follows, and what hooks returned is disposed once': async (surface) => {
    for (const wait of [0, 2]) {
      const controller = new AbortController();
      const dispose = vi.fn();
      const onGiveUp = vi.fn();
      const work = hopeless(error);
      const onRetry = () => {
        controller.abort(reason);
        return { dispose };
      };
      const options = { on: () => wait, signal: controller.signal, onRetry, onGiveUp };
      expect(await rejection(settle(surface, options, work))).toBe(reason);
      expect(work).toHaveBeenCalledTimes(1);
      expect(dispose).toHaveBeenCalledTimes(1);
      expect(told(onGiveUp)).toMatchObject([{ reason: 'aborted', retryNum: 1, errors: [error] }]);
    }
  },

  'a signal acts while inactive': async (surface) => {
    const inactive = setActive(false);
    onTestFinished(() => inactive.dispose());
    const controller = new AbortController();
    const work = abortingDuring(1, controller, error);
    expect(await rejection(settle(surface, { on: Error, signal: controller.signal }, work))).toBe(reason);
    expect(await rejection(settle(surface, { on: Error, signal: controller.signal }, work))).toBe(reason);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'a signal is left without listeners': async (surface) => {
    const { signal } = new AbortController();
    await settle(surface, { on: () => 1, signal }, failing(1, 2));
    await rejection(settle(surface, { on: () => 1, signal, attempts: 2 }, hopeless()));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
};

export const abortingWaits: Behaviours = {
  'aborted while it waits, a call ends at once': async (surface) => {
    const controller = new AbortController();
    const dispose = vi.fn();
    const onGiveUp = vi.fn();
    const work = hopeless(error);
    const origin = performance.now();
    setTimeout(() => controller.abort(reason), 300);
    const options = { on: () => 1_000, signal: controller.signal, onRetry: () => ({ dispose }), onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(reason);
    expect(performance.now() - origin).toBe(300);
    expect(work).toHaveBeenCalledTimes(1);
    expect(dispose).toHaveBeenCalledTimes(1);
    expect(told(onGiveUp)).toMatchObject([{ reason: 'aborted', causedBy: error, elapsed: 1_000, waitedSoFar: 1_000 }]);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },

  'aborted by a hook, the wait is not begun': async (surface) => {
    const controller = new AbortController();
    const origin = performance.now();
    const onRetry = (): void => controller.abort(reason);
    const options = { on: () => 10_000, signal: controller.signal, onRetry };
    expect(await rejection(settle(surface, options, hopeless(error)))).toBe(reason);
    expect(performance.now() - origin).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  },

  'while it waits, a call listens to its signal; between waits it does not': async (surface) => {
    const { signal } = new AbortController();
    const counts: number[] = [];
    setTimeout(() => counts.push(getEventListeners(signal, 'abort').length), 500);
    const work = failing(error);
    work.mockImplementation(() => {
      counts.push(getEventListeners(signal, 'abort').length);
      return 'done';
    });
    await settle(surface, { on: () => 1_000, signal }, work);
    expect(counts).toEqual([1, 0]);
  },

  'aborted while a hook thinks about an error, a call ends at once': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const work = hopeless(error);
    const on = vi.fn(() => new Promise<never>(() => {}));
    setTimeout(() => controller.abort(reason), 300);
    expect(await rejection(settle(surface, { on, signal: controller.signal, onGiveUp }, work))).toBe(reason);
    expect(work).toHaveBeenCalledTimes(1);
    expect(onGiveUp).not.toHaveBeenCalled();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },

  'an answer that comes after the abort changes nothing': async (surface) => {
    const controller = new AbortController();
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn() };
    const work = hopeless(error);
    const on = () => new Promise<boolean>((resolve) => setTimeout(resolve, 400, true));
    setTimeout(() => controller.abort(reason), 300);
    expect(await rejection(settle(surface, { on, signal: controller.signal, ...hooks }, work))).toBe(reason);
    await vi.runAllTimersAsync();
    expect(work).toHaveBeenCalledTimes(1);
    for (const hook of Object.values(hooks)) expect(hook).not.toHaveBeenCalled();
  },

  'a promise that rejects after the abort is nobody\u2019s unhandled rejection': async (surface) => {
    const controller = new AbortController();
    const on = () => new Promise<boolean>((_, reject) => setTimeout(reject, 400, new Error('too late')));
    setTimeout(() => controller.abort(reason), 300);
    expect(await rejection(settle(surface, { on, signal: controller.signal }, hopeless(error)))).toBe(reason);
    await vi.runAllTimersAsync();
  },

  'an answer leaves no listener on the signal': async (surface) => {
    const { signal } = new AbortController();
    const counts: number[] = [];
    const on = async (): Promise<number> => {
      counts.push(getEventListeners(signal, 'abort').length);
      return 0;
    };
    const work = failing(error, error);
    expect(await settle(surface, { on, signal }, work)).toBe('done');
    expect(counts).toEqual([0, 0]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
};
