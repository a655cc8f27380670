import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { type GiveUpDetails, retryBudget, setActive } from '@stamina/core';
import { expect, onTestFinished, vi } from 'vitest';
import type { Behaviours, Work } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

const error = new Error('the error of the attempt');
const reason = { why: 'the caller went away' };

/** Makes work that aborts during attempt `num`. It throws the errors in turn, and then repeats the last one. */
function abortingDuring(num: number, controller: AbortController, ...errors: unknown[]) {
  const work = vi.fn<Work>(() => {
    const { length } = work.mock.calls;
    if (length === num) controller.abort(reason);
    throw errors[Math.min(length, errors.length) - 1];
  });
  return work;
}

/** Makes a signal that has no reason, like those of the package `abort-controller`, which React Native uses. */
function polyfilled(): { readonly signal: AbortSignal; abort(): void } {
  const signal = Object.assign(new EventTarget(), { aborted: false });
  const abort = (): void => {
    signal.aborted = true;
    signal.dispatchEvent(new Event('abort'));
  };
  return { signal: signal as unknown as AbortSignal, abort };
}

export const aborting: Behaviours = {
  'an abort before the call prevents every attempt': async (surface) => {
    const hooks = { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
    const work = failing();
    const budget = retryBudget();
    const options = { on: Error, signal: AbortSignal.abort(reason), budget, ...hooks };
    expect(await rejection(settle(surface, options, work))).toBe(reason);
    for (const mock of [work, ...Object.values(hooks)]) expect(mock).not.toHaveBeenCalled();
    expect(budget.balance).toBe(100);
  },

  'an abort without a reason throws an AbortError': async (surface) => {
    const thrown = await rejection(settle(surface, { on: Error, signal: AbortSignal.abort() }, failing()));
    expect(thrown).toBeInstanceOf(DOMException);
    expect(thrown).toMatchObject({ name: 'AbortError' });
  },

  'an abort of a signal that has no reason throws an AbortError': async (surface) => {
    for (const during of [0, 1]) {
      const { signal, abort } = polyfilled();
      if (during === 0) abort();
      const work = hopeless(error);
      work.mockImplementation(() => {
        abort();
        throw error;
      });
      const options = { on: () => 0, signal };
      const thrown = await rejection(settle(surface, options, work));
      expect(thrown).toMatchObject({ name: 'AbortError', message: 'this operation was aborted' });
      expect(await rejection(settle(surface, options, work))).toBe(thrown);
      expect(work).toHaveBeenCalledTimes(during);
    }
  },

  'a runtime without DOMException gets a plain AbortError': async (surface) => {
    vi.stubGlobal('DOMException', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { signal, abort } = polyfilled();
    abort();
    const thrown = await rejection(settle(surface, { on: Error, signal }, failing()));
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ name: 'AbortError' });
  },

  'a success counts despite an abort': async (surface) => {
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

  'a failure is not retried after an abort': async (surface) => {
    for (const num of [1, 2]) {
      const controller = new AbortController();
      const onGiveUp = vi.fn();
      const work = abortingDuring(num, controller, error);
      const options = { on: () => 0, signal: controller.signal, onGiveUp };
      expect(await rejection(settle(surface, options, work))).toBe(reason);
      expect(work).toHaveBeenCalledTimes(num);
      const errors = Array(num).fill(error);
      expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'aborted', causedBy: error, errors, attempt: num }]);
      expect(detailsOf(onGiveUp)[0].causedBy).toBe(error);
    }
  },

  '`aborted` precedes all other reasons to give up': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const budget = retryBudget({ ratio: 0, reserve: 1 });
    const work = abortingDuring(2, controller, error, new RangeError('unmatched'));
    const on = (thrown: unknown): number | false => (thrown === error ? 0 : false);
    const options = { on, attempts: 2, timeout: 5, budget, signal: controller.signal, onGiveUp };
    expect(await rejection(settle(surface, options, work))).toBe(reason);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'aborted', errors: [error, { message: 'unmatched' }] }]);
  },

  'an aborted call without a matched error calls no hook': async (surface) => {
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const work = abortingDuring(1, controller, error);
    expect(await rejection(settle(surface, { on: RangeError, signal: controller.signal, onGiveUp }, work))).toBe(
      reason,
    );
    expect(onGiveUp).not.toHaveBeenCalled();
  },

  'a hook can abort the retry': async (surface) => {
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
      expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'aborted', attempt: 1, errors: [error] }]);
    }
  },

  'signals work while retrying is inactive': async (surface) => {
    const inactive = setActive(false);
    onTestFinished(() => inactive.dispose());
    const controller = new AbortController();
    const work = abortingDuring(1, controller, error);
    expect(await rejection(settle(surface, { on: Error, signal: controller.signal }, work))).toBe(reason);
    expect(await rejection(settle(surface, { on: Error, signal: controller.signal }, work))).toBe(reason);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'a settled call leaves no listener on the signal': async (surface) => {
    const { signal } = new AbortController();
    await settle(surface, { on: () => 1, signal }, failing(1, 2));
    await rejection(settle(surface, { on: () => 1, signal, attempts: 2 }, hopeless()));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
};

export const abortingWaits: Behaviours = {
  'an abort ends a wait at once': async (surface) => {
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
    expect(detailsOf(onGiveUp)).toMatchObject([
      { reason: 'aborted', causedBy: error, elapsed: 1_000, waitedSoFar: 1_000 },
    ]);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },

  'an aborted wait ends in the async context of the call': async (surface) => {
    const storage = new AsyncLocalStorage<string>();
    const controller = new AbortController();
    const contexts: (string | undefined)[] = [];
    const note = (): void => void contexts.push(storage.getStore());
    const options = {
      on: () => 1_000,
      signal: controller.signal,
      onRetry: () => ({ dispose: note }),
      onGiveUp: note,
    };
    const call = storage.run('the call', surface.prepare(options, hopeless(error)));
    await vi.advanceTimersByTimeAsync(300);
    storage.run('the code that aborts', () => controller.abort(reason));
    expect(await rejection(call)).toBe(reason);
    expect(contexts).toEqual(['the call', 'the call']);
  },

  'an abort by a hook prevents the wait': async (surface) => {
    const controller = new AbortController();
    const origin = performance.now();
    const onRetry = (): void => controller.abort(reason);
    const options = { on: () => 10_000, signal: controller.signal, onRetry };
    expect(await rejection(settle(surface, options, hopeless(error)))).toBe(reason);
    expect(performance.now() - origin).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  },

  'a call listens to its signal only while it waits': async (surface) => {
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

  'an abort ends the wait for an answer of `on`': async (surface) => {
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

  'an answer after the abort is ignored': async (surface) => {
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

  'a rejection after the abort is handled': async (surface) => {
    const controller = new AbortController();
    const on = () => new Promise<boolean>((_, reject) => setTimeout(reject, 400, new Error('too late')));
    setTimeout(() => controller.abort(reason), 300);
    expect(await rejection(settle(surface, { on, signal: controller.signal }, hopeless(error)))).toBe(reason);
    await vi.runAllTimersAsync();
  },

  'an answer of `on` leaves no listener on the signal': async (surface) => {
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
