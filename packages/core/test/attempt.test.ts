import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { type Attempt, type RetryOptions, retry, setActive, setTesting } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { finish, SURFACES, type Work } from './support/surfaces.ts';
import { useFakeTime } from './support/virtual-time.ts';
import { detailsOf, rejection, settle, untilAborted } from './support/work.ts';

useFakeTime();

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(SURFACES.filter(({ takesAttemptTimeout }) => takesAttemptTimeout))(
  'attemptTimeout of $title',
  (surface) => {
    // The cast is safe, because these surfaces pass every attempt to the work.
    const call = (options: RetryOptions, work: (attempt: Attempt) => unknown): Promise<unknown> =>
      settle(surface, options, work as Work);

    test('aborts the signal with a TimeoutError', async () => {
      const origin = performance.now();
      const work = vi.fn((attempt: Attempt) =>
        untilAborted(attempt.signal).finally(() =>
          expect(inspect(attempt)).toMatch(/^ {2}signal: .* aborted: true }/m),
        ),
      );
      const thrown = await rejection(call({ on: () => false, attempts: 2, attemptTimeout: 50, waitInitial: 7 }, work));
      expect(thrown).toBeInstanceOf(Error);
      expect(thrown).toMatchObject({ name: 'TimeoutError', message: 'attempt 2 took longer than 50 ms' });
      expect(work).toHaveBeenCalledTimes(2);
      expect(performance.now() - origin).toBe(107);
    });

    test('retries after the usual backoff, without calling `on`', async () => {
      const on = vi.fn(() => 1);
      const onRetry = vi.fn();
      const work = (attempt: Attempt) => (attempt.num < 3 ? untilAborted(attempt.signal) : 'done');
      expect(await call({ on, onRetry, attemptTimeout: { milliseconds: 5 } }, work)).toBe('done');
      expect(on).not.toHaveBeenCalled();
      expect(detailsOf(onRetry).map(({ waitFor, causedBy }) => [waitFor, causedBy.message])).toEqual([
        [100, 'attempt 1 took longer than 5 ms'],
        [200, 'attempt 2 took longer than 5 ms'],
      ]);
    });

    test('retries whatever the attempt throws', async () => {
      const work = vi.fn(async (attempt: Attempt) => {
        if (attempt.num > 1) return 'done';
        return untilAborted(attempt.signal).catch(() => Promise.reject('translated'));
      });
      expect(await call({ on: () => false, attemptTimeout: 5 }, work)).toBe('done');
    });

    test('counts from the start of the attempt', async () => {
      const times: number[] = [];
      const origin = performance.now();
      const work = async (attempt: Attempt) => {
        await sleep(30);
        await untilAborted(attempt.signal).catch(() => times.push(performance.now() - origin));
      };
      await call({ on: Error, attemptTimeout: 50 }, work);
      expect(times).toEqual([50]);
    });

    test('has aborted the signal if that is read late', async () => {
      vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      const work = vi.fn(async (attempt: Attempt) => {
        if (attempt.num > 1) return 'done';
        await sleep(80);
        return attempt.signal.throwIfAborted();
      });
      expect(await call({ on: () => false, attemptTimeout: 50 }, work)).toBe('done');
      expect(work).toHaveBeenCalledTimes(2);
    });

    test('warns once per policy if neither the signal nor the time left is read', async () => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      const late = vi.fn(async () => void (await sleep(80)));
      const prepared = surface.prepare({ on: Error, attemptTimeout: 50, name: 'load' }, late);
      for (const own of [undefined, undefined, surface.takesCallName ? { name: 'other' } : undefined]) {
        await finish(prepared(own));
      }
      expect(late).toHaveBeenCalledTimes(3);
      expect(warn.mock.calls).toEqual([
        [
          'load: attempt 1 took longer than 50 ms, and nothing ended it, because it did not read attempt.signal.',
          { type: 'StaminaWarning', detail: expect.stringContaining('attempt.timeLeft') },
        ],
      ]);
      await call({ on: Error, attemptTimeout: 50 }, late);
      expect(warn).toHaveBeenCalledTimes(2);
      expect(warn.mock.calls[1]?.[0]).toMatch(/^attempt 1 took longer than 50 ms, and nothing ended it/);
    });

    test('warns of an attempt that never ends', async () => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      void surface.prepare({ on: Error, attemptTimeout: 50 }, () => new Promise(() => {}))();
      await vi.advanceTimersByTimeAsync(60);
      expect(warn).toHaveBeenCalledTimes(1);
    });

    test('warns of no attempt that knows its limit, or ends in time', async () => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      for (const read of [({ signal }: Attempt) => signal, ({ timeLeft }: Attempt) => timeLeft]) {
        await call({ on: Error, attemptTimeout: 50 }, (attempt) => {
          read(attempt);
          return sleep(80);
        });
      }
      await call({ on: Error, attemptTimeout: 50 }, () => sleep(20));
      expect(warn).not.toHaveBeenCalled();
    });

    test('retries a late failure of an attempt that read only the time left', async () => {
      const work = vi.fn(async (attempt: Attempt) => {
        if (attempt.num > 1) return 'done';
        await sleep(attempt.timeLeft);
        throw new Error('the client gave up');
      });
      expect(await call({ on: RangeError, attemptTimeout: 50 }, work)).toBe('done');
    });

    test('does nothing if the signal is not read', async () => {
      vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      const work = vi.fn(async () => {
        await sleep(80);
        throw new Error('late');
      });
      await expect(call({ on: RangeError, attemptTimeout: 50 }, work)).rejects.toThrow('late');
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('accepts a late success', async () => {
      const work = vi.fn(async (attempt: Attempt) => {
        attempt.signal;
        await sleep(80);
        return 'late';
      });
      expect(await call({ on: Error, attemptTimeout: 50 }, work)).toBe('late');
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('lets `on` decide about an earlier failure', async () => {
      const work = vi.fn(async (attempt: Attempt) => {
        expect(attempt.signal.aborted).toBe(false);
        expect(vi.getTimerCount()).toBe(1);
        throw new Error('in time');
      });
      await expect(call({ on: RangeError, attemptTimeout: 50 }, work)).rejects.toThrow('in time');
      expect(work).toHaveBeenCalledTimes(1);
      expect(vi.getTimerCount()).toBe(0);
    });

    test('ends with the attempt', async () => {
      let signal: AbortSignal | undefined;
      const work = vi.fn((attempt: Attempt) => {
        signal = attempt.signal;
      });
      await call({ on: Error, attemptTimeout: 50 }, work);
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(100);
      expect(signal?.aborted).toBe(false);
    });

    test('shows the time that is left', async () => {
      const left: number[] = [];
      const work = async (attempt: Attempt) => {
        left.push(attempt.timeLeft);
        await sleep(30);
        left.push(attempt.timeLeft);
        if (attempt.num < 2) throw new Error('not yet');
      };
      await call({ on: Error, attemptTimeout: 50 }, work);
      expect(left).toEqual([50, 20, 50, 20]);
    });

    test('starts anew with each attempt', async () => {
      const signals: AbortSignal[] = [];
      const work = async (attempt: Attempt) => {
        signals.push(attempt.signal);
        await sleep(40);
        if (attempt.num < 3) throw new Error('not yet');
      };
      await call({ on: Error, attemptTimeout: 50 }, work);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    });

    test('sets no timer for Infinity', async () => {
      const work = vi.fn((attempt: Attempt) => {
        attempt.signal;
        return vi.getTimerCount();
      });
      expect(await call({ on: Error, attemptTimeout: Infinity }, work)).toBe(0);
      expect(await call({ on: Error }, work)).toBe(0);
    });

    test('respects the limits of the policy', async () => {
      const onGiveUp = vi.fn();
      const work = vi.fn((attempt: Attempt) => untilAborted(attempt.signal));
      await rejection(call({ on: () => false, attemptTimeout: 50, timeout: 149, onGiveUp }, work));
      expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 50 }]);
      await rejection(call({ on: () => false, attemptTimeout: 50, attempts: 1, onGiveUp }, work));
      expect(detailsOf(onGiveUp)[1]).toMatchObject({ reason: 'attempts' });
    });

    test('works while retrying is inactive', async () => {
      const inactive = setActive(false);
      onTestFinished(() => inactive.dispose());
      const work = vi.fn((attempt: Attempt) => untilAborted(attempt.signal));
      const thrown = await rejection(call({ on: Error, attemptTimeout: 50 }, work));
      expect(thrown).toMatchObject({ message: 'attempt 1 took longer than 50 ms' });
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('works in test mode', async () => {
      const testing = setTesting(true, { attempts: 2 });
      onTestFinished(() => testing.dispose());
      const origin = performance.now();
      const thrown = await rejection(
        call({ on: () => false, attemptTimeout: 50 }, ({ signal }) => untilAborted(signal)),
      );
      expect(thrown).toMatchObject({ message: 'attempt 2 took longer than 50 ms' });
      expect(performance.now() - origin).toBe(100);
    });

    test('has no effect on a signal that is first read after a success', async () => {
      let attempt: Attempt | undefined;
      const controller = new AbortController();
      const work = (given: Attempt): void => {
        attempt = given;
      };
      await call({ on: Error, attemptTimeout: 50, signal: controller.signal }, work);
      expect(attempt?.signal.aborted).toBe(false);
      controller.abort();
      vi.advanceTimersByTime(100);
      expect(attempt?.signal.aborted).toBe(false);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    });

    test('has no effect after an abort', async () => {
      const controller = new AbortController();
      const reason = new Error('the caller went away');
      setTimeout(() => controller.abort(reason), 20);
      const work = vi.fn(async (attempt: Attempt) => {
        await untilAborted(attempt.signal).catch(() => {});
        await sleep(100);
        expect(attempt.signal.reason).toBe(reason);
        throw new Error('late');
      });
      const onGiveUp = vi.fn();
      const options = { on: RangeError, attemptTimeout: 50, signal: controller.signal, onGiveUp };
      expect(await rejection(call(options, work))).toBe(reason);
      expect(work).toHaveBeenCalledTimes(1);
    });

    test('takes precedence over a later abort', async () => {
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
  },
);

// Attempts with the same limit share a timer, but only where timers are real.
describe('in real time', () => {
  beforeEach(() => void vi.useRealTimers());

  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  test('each of many attempts ends at its own time', async () => {
    const { run } = retry({ on: Error, attempts: 2, waitMax: 0, attemptTimeout: 40 });
    const durations: number[] = [];
    const work = async (attempt: Attempt) => {
      const startedAt = performance.now();
      await untilAborted(attempt.signal).catch(() => {});
      durations.push(performance.now() - startedAt);
      throw new Error('not yet');
    };
    const calls = [0, 15, 30].map(async (delay) => {
      await sleep(delay);
      await expect(run(work)).rejects.toThrow('not yet');
    });
    await Promise.all(calls);
    expect(durations).toHaveLength(6);
    // Timers of Node may fire up to 1 ms too early.
    expect(durations.filter((ms) => ms < 39)).toEqual([]);
  });

  test('an attempt that succeeds leaves nothing that keeps the process alive', async () => {
    const { run } = retry({ on: Error, attemptTimeout: 60_000 });
    const before = timers();
    let during = 0;
    const work = async (attempt: Attempt) => {
      during = timers();
      return attempt.signal.aborted;
    };
    expect(await run(work)).toBe(false);
    expect(during).toBe(before + 1);
    expect(timers()).toBe(before);
    expect(await run(work)).toBe(false);
    expect(during).toBe(before + 1);
    expect(timers()).toBe(before);
  });

  test('the timer of an attempt goes on while others succeed', async () => {
    const before = timers();
    const { run } = retry({ on: Error, attempts: 1, attemptTimeout: 50 });
    const slow = Promise.all([0, 1].map(() => run((attempt) => untilAborted(attempt.signal))));
    for (let turn = 0; turn < 3; turn++) await run((attempt) => attempt.signal.aborted);
    // One timer serves them all, and it keeps the process alive.
    expect(timers()).toBe(before + 1);
    await expect(slow).rejects.toMatchObject({ name: 'TimeoutError', message: 'attempt 1 took longer than 50 ms' });
  });

  test('an attempt has a limit after all earlier ones have exceeded it', async () => {
    const { run } = retry({ on: Error, attempts: 1, attemptTimeout: 20 });
    for (let turn = 0; turn < 2; turn++) {
      await expect(run(({ signal }) => untilAborted(signal))).rejects.toMatchObject({ name: 'TimeoutError' });
    }
  });

  test('an attempt stops its timer where timers are numbers', async () => {
    const start = setTimeout;
    vi.stubGlobal('setTimeout', (...args: Parameters<typeof start>) => Number(start(...args)));
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.resetModules();
    const { retry: fresh }: { retry: typeof retry } = await import('@stamina/core');
    const { run } = fresh({ on: Error, attempts: 1, attemptTimeout: 20 });
    const before = timers();
    expect(await run(({ signal }) => signal.aborted)).toBe(false);
    expect(timers()).toBe(before);
    await expect(run(({ signal }) => untilAborted(signal))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

const ALWAYS = ['num', 'nextWait', 'signal', 'timeLeft', 'lastError'];

/** Expects that a printed attempt shows the documented properties and nothing else. */
function expectDocumentedOnly(attempt: Attempt, documented: readonly string[]): void {
  const printed = inspect(attempt, { depth: 0, compact: false }); // Prints one property per line.
  expect(Array.from(printed.matchAll(/^ {2}(\w+):/gm), ([, key]) => key).sort()).toEqual([...documented].sort());
  expect(printed).toMatch(/num: \d/);
  expect(printed).toMatch(/nextWait: \d/);
  expect(printed).toMatch(/timeLeft: (\d+|Infinity)/);
  expect(printed).toMatch(/signal: (\[AbortSignal\]|AbortSignal)/);
  for (const key of [...Reflect.ownKeys(attempt), ...Object.keys(JSON.parse(JSON.stringify(attempt)))]) {
    expect(documented).toContain(key);
  }
}

describe.each(SURFACES.filter(({ givesAttempt }) => givesAttempt))('the attempt of $title', (surface) => {
  const documented = [...ALWAYS, ...(surface.form === 'loop' ? ['fail', 'reset'] : [])];

  test('shows only what is documented', async () => {
    const work = vi.fn((attempt?: Attempt) => expectDocumentedOnly(attempt as Attempt, documented));
    await settle(surface, { on: () => false }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('prints its own signal', async () => {
    const controller = new AbortController();
    const printed: string[] = [];
    const work = (attempt?: Attempt): void => {
      printed.push(inspect(attempt));
      attempt?.signal;
      printed.push(inspect(attempt));
      controller.abort();
      printed.push(inspect(attempt));
    };
    await settle(surface, { on: Error, signal: controller.signal }, work);
    expect(printed.map((text) => /aborted: (\w+)/.exec(text)?.[1])).toEqual(['false', 'false', 'true']);
  });

  test('prints an aborted signal that was not read', async () => {
    const controller = new AbortController();
    const work = vi.fn((attempt?: Attempt) => {
      controller.abort();
      expect(inspect(attempt)).toContain('aborted: true');
    });
    await settle(surface, { on: Error, signal: controller.signal }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  if (!surface.takesAttemptTimeout) return;
  test('does not listen to signals when it is printed', async () => {
    const { signal } = new AbortController();
    const work = vi.fn((attempt?: Attempt) => {
      inspect(attempt);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
    await settle(surface, { on: Error, signal, attemptTimeout: 1_000 }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('shows no timer of its `attemptTimeout`', async () => {
    const work = vi.fn((attempt?: Attempt) => {
      attempt?.signal;
      expectDocumentedOnly(attempt as Attempt, documented);
    });
    await settle(surface, { on: () => false, attemptTimeout: 1_000 }, work);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

test('the attempt of a library shows only what is documented', async () => {
  const attempt = vi.fn((given: Attempt) => expectDocumentedOnly(given, ALWAYS));
  await libraryPolicy()
    .begin()
    .retry('error', { attempt, classify: () => 0 });
  expect(attempt).toHaveBeenCalledTimes(1);
});
