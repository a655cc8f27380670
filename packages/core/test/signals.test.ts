import { getEventListeners } from 'node:events';
import { type Attempt, retry, retryContext } from '@stamina/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { finish, SURFACES, type Work } from './support/surfaces.ts';
import { useFakeTime } from './support/virtual-time.ts';
import { hopeless, rejection, settle, untilAborted } from './support/work.ts';

describe('a signal for one call', () => {
  useFakeTime();

  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  /** Makes a signal for the policy and one for the call, and aborts one of them after 20 ms. */
  function controllers(which: 'policy' | 'call') {
    const both = { policy: new AbortController(), call: new AbortController() };
    const reason = { which };
    setTimeout(() => both[which].abort(reason), 20);
    return { policy: both.policy.signal, call: both.call.signal, reason };
  }

  describe.each(SURFACES.filter(({ takesCallSignal }) => takesCallSignal))(
    'the signal of one call of $title',
    (surface) => {
      test.each(['policy', 'call'] as const)('works beside the signal of the policy: %s', async (which) => {
        const origin = performance.now();
        const { policy, call, reason } = controllers(which);
        const thrown = await rejection(settle(surface, { on: Error, signal: policy }, hopeless(), { signal: call }));
        expect(thrown).toBe(reason);
        expect(performance.now() - origin).toBe(20);
        expect([policy, call].map(listeners)).toEqual([0, 0]);
      });

      test.each([
        ['policy', 'call'],
        ['call', 'policy'],
      ] as const)('gives the reason of the signal that was aborted first: %s', async (first, second) => {
        const both = { policy: new AbortController(), call: new AbortController() };
        setTimeout(() => {
          both[first].abort('first');
          both[second].abort('second');
        }, 20);
        const options = { on: Error, signal: both.policy.signal };
        expect(await rejection(settle(surface, options, hopeless(), { signal: both.call.signal }))).toBe('first');
      });

      test('ends a wait without a signal of the policy', async () => {
        const { call, reason } = controllers('call');
        expect(await rejection(settle(surface, { on: Error }, hopeless(), { signal: call }))).toBe(reason);
        expect(listeners(call)).toBe(0);
      });

      test('prevents every attempt if aborted before', async () => {
        const work = vi.fn<Work>();
        const signal = AbortSignal.abort({ why: 'too late' });
        expect(await rejection(settle(surface, { on: Error }, work, { signal }))).toBe(signal.reason);
        const both = { on: Error, signal: AbortSignal.abort('policy') };
        expect(await rejection(settle(surface, both, work, { signal: AbortSignal.abort('call') }))).toBe('policy');
        expect(work).not.toHaveBeenCalled();
      });

      test('affects that call alone', async () => {
        const call = surface.prepare({ on: Error }, () => 'done');
        await rejection(call({ signal: AbortSignal.abort() }));
        expect(await call()).toBe('done');
      });
    },
  );

  const giveAttempts = SURFACES.filter(({ takesCallSignal, givesAttempt }) => takesCallSignal && givesAttempt);
  describe.each(giveAttempts)('the signal of one call of $title', (surface) => {
    test.each(['policy', 'call'] as const)('aborts the attempt beside the signal of the policy: %s', async (which) => {
      const { policy, call, reason } = controllers(which);
      const work = vi.fn<Work>((attempt) => untilAborted((attempt as Attempt).signal));
      const thrown = await rejection(settle(surface, { on: () => true, signal: policy }, work, { signal: call }));
      expect(thrown).toBe(reason);
      expect(work).toHaveBeenCalledTimes(1);
      expect([policy, call].map(listeners)).toEqual([0, 0]);
    });

    test('aborts the attempt without a signal of the policy', async () => {
      const { call, reason } = controllers('call');
      const work: Work = (attempt) => untilAborted((attempt as Attempt).signal);
      expect(await rejection(settle(surface, { on: Error }, work, { signal: call }))).toBe(reason);
      expect(listeners(call)).toBe(0);
    });

    test('does not undo a success, and makes `nextWait` 0', async () => {
      const controller = new AbortController();
      const seen: (number | undefined)[] = [];
      const work: Work = (attempt) => {
        seen.push(attempt?.nextWait);
        controller.abort();
        seen.push(attempt?.nextWait);
        return 'done';
      };
      const options = { on: Error, attempts: 2 };
      expect(await settle(surface, options, work, { signal: controller.signal })).toBe('done');
      expect(seen).toEqual([100, 0]);
    });
  });

  test('run may be called without its policy', async () => {
    const { run } = retry({ on: Error });
    const { call, reason } = controllers('call');
    expect(await rejection(finish(run(hopeless(), { signal: call })))).toBe(reason);
  });

  test.each([
    ['policy', 'call'],
    ['call', 'policy'],
  ] as const)('a call rejects with the reason of `attempt.signal`: that of the %s', async (first, second) => {
    const both = { policy: new AbortController(), call: new AbortController() };
    const work = async (attempt: Attempt): Promise<never> => {
      const { signal } = attempt;
      both[first].abort('first');
      both[second].abort('second');
      throw signal.reason;
    };
    const policy = retry({ on: Error, signal: both.policy.signal });
    expect(await rejection(policy.run(work, { signal: both.call.signal }))).toBe('first');
  });
});

describe('the listeners of a signal', () => {
  const now = { on: Error, waitMax: 0 };

  afterEach(() => void vi.useRealTimers());

  const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  /** Makes work that reads the signal of its attempt. Its first `times` attempts fail. */
  function failing(times: number): (attempt: Attempt) => Promise<number> {
    return async (attempt) => {
      expect(attempt.signal.aborted).toBe(false);
      if (attempt.num <= times) throw new Error('not yet');
      return attempt.num;
    };
  }

  // Only surfaces that pass on the attempt have a signal of its own, which may listen to the long-lived signal.
  const reading = SURFACES.filter(({ sync, givesAttempt, takesSignal }) => !sync && givesAttempt && takesSignal);
  const CASES = reading.flatMap((surface) => [
    { title: `the policy's signal in ${surface.title}`, surface, toPolicy: true, toCall: false },
    ...(surface.takesCallSignal
      ? [
          { title: `the call's signal in ${surface.title}`, surface, toPolicy: false, toCall: true },
          { title: `both signals in ${surface.title}`, surface, toPolicy: true, toCall: true },
        ]
      : []),
  ]);

  describe.each(CASES)('$title has no listener left', ({ surface, toPolicy, toCall }) => {
    const run = (signal: AbortSignal, work: (attempt: Attempt) => unknown, options: object = {}): Promise<unknown> => {
      const call = surface.prepare({ ...now, ...options, ...(toPolicy && { signal }) }, work as Work);
      return call(toCall ? { signal } : {});
    };

    test.each([0, 1, 3])('after a success with %d retries', async (failures) => {
      const { signal } = new AbortController();
      expect(await run(signal, failing(failures))).toBe(failures + 1);
      expect(listenersOf(signal)).toBe(0);
    });

    test('after giving up', async () => {
      const { signal } = new AbortController();
      await expect(run(signal, failing(5), { attempts: 3 })).rejects.toThrow('not yet');
      expect(listenersOf(signal)).toBe(0);
    });

    test('after an abort during an attempt', async () => {
      const controller = new AbortController();
      const result = run(controller.signal, async (attempt) => {
        controller.abort(new Error('enough'));
        expect(attempt.signal.aborted).toBe(true);
        throw new Error('not yet');
      });
      await expect(result).rejects.toThrow('enough');
      expect(listenersOf(controller.signal)).toBe(0);
    });

    test('after the signal of a settled attempt is read', async () => {
      const { signal } = new AbortController();
      const attempts: Attempt[] = [];
      await run(signal, async (attempt) => attempts.push(attempt));
      expect(attempts[0]?.signal.aborted).toBe(false);
      expect(listenersOf(signal)).toBe(0);
    });
  });

  test('each wait holds one listener', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const counts: number[] = [];
    const result = retry({ on: () => 1_000, attempts: 6, signal: controller.signal }).run(failing(5));
    for (let retries = 0; retries < 5; retries++) {
      await vi.advanceTimersByTimeAsync(500);
      counts.push(listenersOf(controller.signal));
      await vi.advanceTimersByTimeAsync(500);
    }
    await result;
    expect(counts).toEqual([1, 1, 1, 1, 1]);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('an `on` that rejects leaves no listener', async () => {
    const { signal } = new AbortController();
    const result = retry({ on: () => Promise.reject(new Error('unsure')), signal }).run(failing(1));
    await expect(result).rejects.toThrow('unsure');
    expect(listenersOf(signal)).toBe(0);
  });

  test('an abort while `on` is pending leaves no listener', async () => {
    const controller = new AbortController();
    const result = retry({ on: () => new Promise(() => {}), signal: controller.signal }).run(failing(1));
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(result).rejects.toThrow('enough');
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('a loop left early leaves no listener', async () => {
    const { signal } = new AbortController();
    for (const failed of [false, true]) {
      for await (const attempt of retryContext({ ...now, signal })) {
        expect(attempt.signal.aborted).toBe(false);
        if (attempt.num === 1) attempt.fail(new Error('not yet'));
        else {
          if (failed) attempt.fail(new Error('not yet'));
          break;
        }
      }
      expect(listenersOf(signal)).toBe(0);
    }
  });

  test('a loop left by a throw leaves no listener', async () => {
    const { signal } = new AbortController();
    const loop = async () => {
      for await (const attempt of retryContext({ ...now, signal })) {
        expect(attempt.signal.aborted).toBe(false);
        throw new Error('past fail');
      }
    };
    await expect(loop()).rejects.toThrow('past fail');
    expect(listenersOf(signal)).toBe(0);
  });

  test('10 000 retried calls leave no listener', async () => {
    const { signal } = new AbortController();
    const again = retry({ ...now, signal });
    let most = 0;
    for (let call = 0; call < 10_000; call++) {
      await again.run(failing(1), { signal });
      most = Math.max(most, listenersOf(signal));
    }
    expect(most).toBe(0);
  });

  test('1 000 concurrent calls share one listener', async () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    const again = retry({ on: () => 1_000, signal });
    const results = Array.from({ length: 1_000 }, () => again.run(failing(1)));
    await vi.advanceTimersByTimeAsync(999);
    expect(listenersOf(signal)).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(results);
    expect(listenersOf(signal)).toBe(0);
  });

  test('an abort ends all waits that share its signal', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const waits = [10, 1_000, 1_000];
    const policy = retry({ on: () => waits.shift() as number, signal: controller.signal });
    const results = Promise.allSettled([1, 2, 3].map(() => policy.run(failing(1))));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort('enough');
    expect(await results).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: 'enough' },
      { status: 'rejected', reason: 'enough' },
    ]);
    expect(vi.getTimerCount()).toBe(0);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('an abort of very many waiting calls gives the event loop turns', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { run } = retry({ on: () => 30_000, signal: controller.signal });
    let ended = 0;
    const results = Array.from({ length: 10_000 }, () =>
      run(failing(1)).catch((error: unknown) => {
        expect(error).toBe(reason);
        ended++;
      }),
    );
    await new Promise(setImmediate);
    const endedByTurn: number[] = [];
    controller.abort(reason);
    while (ended < results.length) {
      await new Promise(setImmediate);
      endedByTurn.push(ended);
    }
    expect(endedByTurn[0]).toBeGreaterThan(0);
    expect(endedByTurn[0]).toBeLessThan(results.length);
    await Promise.all(results);
    expect(listenersOf(controller.signal)).toBe(0);
  });
});
