import { getEventListeners } from 'node:events';
import { type Attempt, type RetryOptions, retry, retryContext, setActive, setTesting } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { finish } from './surfaces.ts';
import { rejection, told } from './work.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Work = (attempt: Attempt) => unknown;

const SURFACES: Record<string, (options: RetryOptions, work: Work) => Promise<unknown>> = {
  run: (options, work) => finish(retry(options).run(work)),
  'the loop': (options, work) =>
    finish(
      (async () => {
        for await (const attempt of retryContext(options)) {
          try {
            return await work(attempt);
          } catch (error) {
            attempt.fail(error);
          }
        }
        return undefined;
      })(),
    ),
};

/** Settles when the signal is aborted, with its reason. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(Object.entries(SURFACES))('attemptTimeout in %s', (_, call) => {
  test('aborts the signal of an attempt with a TimeoutError, once the attempt has taken so long', async () => {
    const origin = performance.now();
    const work = vi.fn((attempt: Attempt) => aborted(attempt.signal));
    const thrown = await rejection(call({ on: () => false, attempts: 2, attemptTimeout: 50, waitInitial: 7 }, work));
    expect(thrown).toBeInstanceOf(DOMException);
    expect(thrown).toMatchObject({ name: 'TimeoutError', message: 'attempt 2 took longer than 50 ms' });
    expect(work).toHaveBeenCalledTimes(2);
    expect(performance.now() - origin).toBe(107);
  });

  test('retries what timed out after the usual backoff, whatever `on` says', async () => {
    const on = vi.fn(() => 1);
    const onRetry = vi.fn();
    const work = (attempt: Attempt) => (attempt.num < 3 ? aborted(attempt.signal) : 'done');
    expect(await call({ on, onRetry, attemptTimeout: { milliseconds: 5 } }, work)).toBe('done');
    expect(on).not.toHaveBeenCalled();
    expect(told(onRetry).map(({ waitFor, causedBy }) => [waitFor, causedBy.message])).toEqual([
      [100, 'attempt 1 took longer than 5 ms'],
      [200, 'attempt 2 took longer than 5 ms'],
    ]);
  });

  test('judges an attempt that timed out by its failing, whatever it fails with', async () => {
    const work = vi.fn(async (attempt: Attempt) => {
      if (attempt.num > 1) return 'done';
      return aborted(attempt.signal).catch(() => Promise.reject('translated'));
    });
    expect(await call({ on: () => false, attemptTimeout: 5 }, work)).toBe('done');
  });

  test('counts from when the attempt began, not from when its signal was read', async () => {
    const times: number[] = [];
    const origin = performance.now();
    const work = async (attempt: Attempt) => {
      await sleep(30);
      await aborted(attempt.signal).catch(() => times.push(performance.now() - origin));
    };
    await call({ on: Error, attemptTimeout: 50 }, work);
    expect(times).toEqual([50]);
  });

  test('aborts at once a signal that is read too late', async () => {
    const times: number[] = [];
    const origin = performance.now();
    const work = async (attempt: Attempt) => {
      await sleep(80);
      await aborted(attempt.signal).catch(() => times.push(performance.now() - origin));
    };
    await call({ on: Error, attemptTimeout: 50 }, work);
    expect(times).toEqual([80]);
  });

  test('interrupts nothing where the signal is not read: then `on` decides', async () => {
    const work = vi.fn(async () => {
      await sleep(80);
      throw new Error('late');
    });
    await expect(call({ on: RangeError, attemptTimeout: 50 }, work)).rejects.toThrow('late');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('lets a late success count', async () => {
    const work = vi.fn(async (attempt: Attempt) => {
      attempt.signal;
      await sleep(80);
      return 'late';
    });
    expect(await call({ on: Error, attemptTimeout: 50 }, work)).toBe('late');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('leaves a failure in time to `on`, and no timer behind', async () => {
    const work = vi.fn(async (attempt: Attempt) => {
      expect(attempt.signal.aborted).toBe(false);
      expect(vi.getTimerCount()).toBe(1);
      throw new Error('in time');
    });
    await expect(call({ on: RangeError, attemptTimeout: 50 }, work)).rejects.toThrow('in time');
    expect(work).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind after a success, and the signal inert', async () => {
    let signal: AbortSignal | undefined;
    const work = vi.fn((attempt: Attempt) => {
      signal = attempt.signal;
    });
    await call({ on: Error, attemptTimeout: 50 }, work);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(signal?.aborted).toBe(false);
  });

  test('counts for each attempt anew, and not while waiting', async () => {
    const signals: AbortSignal[] = [];
    const work = async (attempt: Attempt) => {
      signals.push(attempt.signal);
      await sleep(40);
      if (attempt.num < 3) throw new Error('not yet');
    };
    await call({ on: Error, attemptTimeout: 50 }, work);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });

  test('is none where it is Infinity', async () => {
    const work = vi.fn((attempt: Attempt) => {
      attempt.signal;
      return vi.getTimerCount();
    });
    expect(await call({ on: Error, attemptTimeout: Infinity }, work)).toBe(0);
    expect(await call({ on: Error }, work)).toBe(0);
  });

  test('keeps to the policy: attempts, timeout and budget', async () => {
    const onGiveUp = vi.fn();
    const work = vi.fn((attempt: Attempt) => aborted(attempt.signal));
    await rejection(call({ on: () => false, attemptTimeout: 50, timeout: 149, onGiveUp }, work));
    expect(told(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 50 }]);
    await rejection(call({ on: () => false, attemptTimeout: 50, attempts: 1, onGiveUp }, work));
    expect(told(onGiveUp)[1]).toMatchObject({ reason: 'attempts' });
  });

  test('acts while inactive, though nothing is retried', async () => {
    const inactive = setActive(false);
    onTestFinished(() => inactive.dispose());
    const work = vi.fn((attempt: Attempt) => aborted(attempt.signal));
    const thrown = await rejection(call({ on: Error, attemptTimeout: 50 }, work));
    expect(thrown).toMatchObject({ message: 'attempt 1 took longer than 50 ms' });
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('acts in test mode, without a wait', async () => {
    const testing = setTesting(true, { attempts: 2 });
    onTestFinished(() => testing.dispose());
    const origin = performance.now();
    const thrown = await rejection(call({ on: () => false, attemptTimeout: 50 }, ({ signal }) => aborted(signal)));
    expect(thrown).toMatchObject({ message: 'attempt 2 took longer than 50 ms' });
    expect(performance.now() - origin).toBe(100);
  });

  test('does not count when the signal was aborted by the policy before', async () => {
    const controller = new AbortController();
    const reason = new Error('the caller went away');
    setTimeout(() => controller.abort(reason), 20);
    const work = vi.fn(async (attempt: Attempt) => {
      await aborted(attempt.signal).catch(() => {});
      await sleep(100);
      expect(attempt.signal.reason).toBe(reason);
      throw new Error('late');
    });
    const onGiveUp = vi.fn();
    const options = { on: RangeError, attemptTimeout: 50, signal: controller.signal, onGiveUp };
    expect(await rejection(call(options, work))).toBe(reason);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('that struck first stands, though the policy\u2019s signal is aborted later', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('the caller went away')), 70);
    let reason: unknown;
    const work = async ({ signal }: Attempt) => {
      await sleep(100);
      reason = signal.reason;
    };
    const reading = async (attempt: Attempt) => {
      attempt.signal;
      await work(attempt);
    };
    await call({ on: Error, attemptTimeout: 50, signal: controller.signal }, reading);
    expect(reason).toMatchObject({ name: 'TimeoutError' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a signal given to one call of run', () => {
  test('aborts beside the signal of the policy', async () => {
    for (const which of ['policy', 'call']) {
      const controllers = { policy: new AbortController(), call: new AbortController() };
      const reason = { which };
      const work = vi.fn(({ signal }: Attempt) => aborted(signal));
      setTimeout(() => controllers[which as 'call'].abort(reason), 20);
      const policy = retry({ on: () => true, signal: controllers.policy.signal });
      expect(await rejection(finish(policy.run(work, { signal: controllers.call.signal })))).toBe(reason);
      expect(work).toHaveBeenCalledTimes(1);
      for (const { signal } of Object.values(controllers)) expect(getEventListeners(signal, 'abort')).toEqual([]);
    }
  });

  test('ends a wait, and leaves no listener on either', async () => {
    for (const which of ['policy', 'call']) {
      const controllers = { policy: new AbortController(), call: new AbortController() };
      const reason = { which };
      const origin = performance.now();
      setTimeout(() => controllers[which as 'call'].abort(reason), 20);
      const policy = retry({ on: Error, signal: controllers.policy.signal });
      const call = policy.run(() => Promise.reject(new Error('always')), { signal: controllers.call.signal });
      expect(await rejection(finish(call))).toBe(reason);
      expect(performance.now() - origin).toBe(20);
      for (const { signal } of Object.values(controllers)) expect(getEventListeners(signal, 'abort')).toEqual([]);
    }
  });

  test('needs no signal of the policy beside it', async () => {
    const { run } = retry({ on: Error });
    const reason = new Error('the caller went away');
    const works = [({ signal }: Attempt) => aborted(signal), () => Promise.reject(new Error('always'))];
    for (const work of works) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      expect(await rejection(finish(run(work, { signal: controller.signal })))).toBe(reason);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }
  });

  test('that was aborted before means that nothing is called', async () => {
    const work = vi.fn();
    const reason = { why: 'too late' };
    expect(await rejection(retry({ on: Error }).run(work, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const both = retry({ on: Error, signal: AbortSignal.abort('policy') });
    expect(await rejection(both.run(work, { signal: AbortSignal.abort('call') }))).toBe('policy');
    expect(work).not.toHaveBeenCalled();
  });

  test('holds for that call alone', async () => {
    const policy = retry({ on: Error });
    await rejection(policy.run(() => 'done', { signal: AbortSignal.abort() }));
    expect(await policy.run(() => 'done')).toBe('done');
  });

  test('lets an attempt that runs settle, and `nextWait` be 0', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const policy = retry({ on: Error, attempts: 2 });
    const work = (attempt: Attempt) => {
      seen.push(attempt.nextWait);
      controller.abort();
      seen.push(attempt.nextWait);
      return 'done';
    };
    expect(await policy.run(work, { signal: controller.signal })).toBe('done');
    expect(seen).toEqual([100, 0]);
  });
});
