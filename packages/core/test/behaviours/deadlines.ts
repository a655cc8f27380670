import { type Attempt, type BlockAttempt, setActive, setTesting } from '@stamina/core';
import { expect, type Mock, vi } from 'vitest';
import type { Behaviours, CallOptions, Surface, Work } from '../support/surfaces.ts';
import { detailsOf, failing, hopeless, rejection, settle } from '../support/work.ts';

/** The time in ms that a late attempt takes. */
const LATE = 10_000;

const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LATE));

/** Makes work that throws the errors in turn, and then takes too long. It ends as `end` does. */
function lateAfter(errors: readonly unknown[], end: () => unknown = () => 'late'): Mock<Work> {
  const work = failing(...errors);
  work.mockImplementation(() => late().then(end));
  return work;
}

interface Outcome {
  readonly thrown: unknown;
  /** The time in ms until the call rejects. */
  readonly tookMs: number;
  /** The details that `onGiveUp` was called with. */
  readonly gaveUp: readonly object[];
}

async function outcomeOf(surface: Surface, options: object, work: Work, own?: CallOptions): Promise<Outcome> {
  const origin = performance.now();
  const onGiveUp = vi.fn();
  const thrown = await rejection(settle(surface, { on: () => 0, onGiveUp, ...options }, work, own));
  return { thrown, tookMs: performance.now() - origin, gaveUp: detailsOf(onGiveUp) };
}

/** Returns when a call that is not over at its deadline rejects. The body of a loop cannot be interrupted. */
const endOf = ({ form }: Surface, deadline: number): number => (form === 'loop' ? LATE : deadline);

export const deadlines: Behaviours = {
  'the deadline ends a call whose first attempt takes too long': async (surface) => {
    if (surface.returnsFromBody) return;
    const { thrown, tookMs, gaveUp } = await outcomeOf(surface, { deadline: { milliseconds: 250 } }, lateAfter([]));
    expect(tookMs).toBe(endOf(surface, 250));
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ name: 'TimeoutError', message: 'no success within 250 ms (1 attempt)' });
    expect(thrown).not.toHaveProperty('cause');
    expect(gaveUp).toMatchObject([{ reason: 'deadline', attempt: 1, causedBy: thrown, errors: [thrown] }]);
  },

  'the deadline ends a call whose later attempt takes too long': async (surface) => {
    const [first, second] = [new Error('first'), 'second'];
    const work = lateAfter([first, second], () => Promise.reject('too late'));
    const { thrown, tookMs, gaveUp } = await outcomeOf(surface, { on: () => 1_000, deadline: 2_500 }, work);
    expect(tookMs).toBe(surface.form === 'loop' ? 2_000 + LATE : 2_500);
    expect(thrown).toMatchObject({
      name: 'TimeoutError',
      message: 'no success within 2.5 s (3 attempts)',
      cause: second,
    });
    const errors = [first, second, thrown];
    expect(gaveUp).toMatchObject([{ reason: 'deadline', attempt: 3, waitedSoFar: 2_000, causedBy: thrown, errors }]);
  },

  'nothing that an attempt does after the deadline has an effect': async (surface) => {
    if (surface.form === 'loop') return;
    const ends: (() => unknown)[] = [
      () => 'late',
      () => Promise.reject(new Error('late')),
      () => Promise.reject(undefined),
    ];
    for (const end of ends) {
      const hooks = { onRetry: vi.fn(), onRecover: vi.fn() };
      const work = lateAfter([1], end);
      const { gaveUp } = await outcomeOf(surface, { deadline: 100, ...hooks }, work);
      await vi.advanceTimersByTimeAsync(2 * LATE);
      expect(work).toHaveBeenCalledTimes(2);
      expect(gaveUp).toHaveLength(1);
      expect(hooks.onRetry).toHaveBeenCalledTimes(1);
      expect(hooks.onRecover).not.toHaveBeenCalled();
      expect(vi.getTimerCount()).toBe(0);
    }
  },

  'a wait that would not end before the deadline is not begun': async (surface) => {
    const error = new Error('the last error');
    const ends = async (wait: number, deadline: number): Promise<unknown[]> => {
      const { thrown, tookMs, gaveUp } = await outcomeOf(surface, { on: () => wait, deadline }, hopeless(error));
      expect(thrown).toBe(error);
      return [tookMs, ...gaveUp.map((details) => 'reason' in details && details.reason)];
    };
    expect(await ends(40, 40)).toEqual([0, 'deadline']);
    expect(await ends(40, 40.5)).toEqual([40, 'deadline']);
    expect(await ends(40, 100)).toEqual([80, 'deadline']);
  },

  'no attempt starts after the deadline': async (surface) => {
    const onRetry = () => void vi.advanceTimersByTime(20);
    for (const on of [() => 1, () => 0]) {
      const work = hopeless('the last error');
      const { thrown, gaveUp } = await outcomeOf(surface, { on, deadline: 20, onRetry }, work);
      expect([thrown, work.mock.calls.length]).toEqual(['the last error', 1]);
      expect(gaveUp).toMatchObject([{ reason: 'deadline', attempt: 1 }]);
    }
  },

  'the reasons of limits have an order': async (surface) => {
    const reasonOf = async (options: object): Promise<unknown> => {
      const { gaveUp } = await outcomeOf(surface, { on: () => 50, deadline: 50, timeout: 1, ...options }, hopeless());
      return gaveUp.map((details) => 'reason' in details && details.reason);
    };
    expect(await reasonOf({ attempts: 1 })).toEqual(['attempts']);
    expect(await reasonOf({})).toEqual(['deadline']);
    expect(await reasonOf({ deadline: 51 })).toEqual(['timeout']);
  },

  'a success before the deadline counts': async (surface) => {
    const work = failing('first');
    work.mockImplementation(() => late().then(() => 'done'));
    expect(await settle(surface, { on: () => 9, deadline: LATE + 10 }, work)).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  },

  'no timer outlives the call': async (surface) => {
    const options = { on: Error, deadline: 100_000 };
    await settle(surface, options, failing());
    await settle(surface, options, failing(new Error('first')));
    await rejection(settle(surface, options, hopeless('unmatched')));
    expect(vi.getTimerCount()).toBe(0);
    const asked: unknown[] = [];
    const on = async (error: unknown): Promise<boolean> => asked.push(error) < 3;
    await rejection(settle(surface, { ...options, on }, hopeless('unmatched later')));
    expect([asked.length, vi.getTimerCount()]).toEqual([3, 0]);
  },

  '`deadline: Infinity` sets no timer': async (surface) => {
    const start = vi.spyOn(globalThis, 'setTimeout');
    expect(await settle(surface, { on: () => 0, deadline: Infinity }, failing(1))).toBe('done');
    expect(start).not.toHaveBeenCalled();
  },

  'the deadline may end a call that has no other limit': async (surface) => {
    const limits = { attempts: Infinity, timeout: Infinity, deadline: 1_000 };
    const { tookMs, gaveUp } = await outcomeOf(surface, { on: () => 300, ...limits }, hopeless());
    expect(tookMs).toBe(900);
    expect(gaveUp).toMatchObject([{ reason: 'deadline', attempt: 4 }]);
  },

  'the deadline ends a call whose predicate takes too long': async (surface) => {
    const on = () => new Promise<boolean>(() => {});
    const { thrown, tookMs, gaveUp } = await outcomeOf(surface, { on, deadline: 70 }, hopeless('the last error'));
    expect([thrown, tookMs]).toEqual(['the last error', 70]);
    expect(gaveUp).toMatchObject([{ reason: 'deadline', attempt: 1 }]);
    expect(vi.getTimerCount()).toBe(0);
  },

  'the deadline applies while retrying is inactive': async (surface) => {
    if (surface.returnsFromBody) return;
    const inactive = setActive(false);
    try {
      const { thrown, tookMs, gaveUp } = await outcomeOf(surface, { deadline: 250 }, lateAfter([]));
      expect(tookMs).toBe(endOf(surface, 250));
      expect(thrown).toMatchObject({ name: 'TimeoutError' });
      expect(gaveUp).toEqual([]);
    } finally {
      inactive.dispose();
    }
  },

  'the deadline does not end a call in test mode': async (surface) => {
    const testing = setTesting(true, { attempts: 3 });
    try {
      expect(await settle(surface, { on: () => 0, deadline: 50 }, lateAfter([1, 2]))).toBe('late');
      const { tookMs, gaveUp } = await outcomeOf(surface, { on: () => 60, deadline: 50 }, hopeless());
      expect(tookMs).toBe(0);
      expect(gaveUp).toMatchObject([{ reason: 'attempts', attempt: 3 }]);
    } finally {
      testing.dispose();
    }
  },

  'the deadline ends a call in test mode if its attempts are unlimited': async (surface) => {
    const testing = setTesting(true, { attempts: Infinity });
    try {
      const work = lateAfter([1, 2], () => Promise.reject('late'));
      const { thrown, tookMs } = await outcomeOf(surface, { deadline: 50 }, work);
      expect(tookMs).toBe(endOf(surface, 50));
      expect(thrown).toMatchObject({ message: 'no success within 50 ms (3 attempts)', cause: 2 });
    } finally {
      testing.dispose();
    }
  },
};

/** Behaviours of surfaces that take a signal. */
export const abortedDeadlines: Behaviours = {
  'the deadline ends an attempt that ignores an abort': async (surface) => {
    if (surface.returnsFromBody) return;
    const controller = new AbortController();
    setTimeout(() => controller.abort('the caller went away'), 40);
    const options = { deadline: 100, signal: controller.signal };
    const { thrown, tookMs, gaveUp } = await outcomeOf(surface, options, lateAfter([]));
    expect([thrown, tookMs]).toEqual(['the caller went away', endOf(surface, 100)]);
    expect(gaveUp).toMatchObject([{ reason: 'aborted' }]);
  },
};

/** Behaviours of surfaces that take a deadline for one call. */
export const deadlinesOfCalls: Behaviours = {
  'a call may have its own deadline': async (surface) => {
    const outcome = (policy: number | undefined, own: CallOptions['deadline']): Promise<Outcome> =>
      outcomeOf(surface, { deadline: policy }, lateAfter([]), { deadline: own });
    expect(await outcome(undefined, { seconds: 3 })).toMatchObject({ tookMs: 3_000, gaveUp: [{ reason: 'deadline' }] });
    expect(await outcome(50, 70)).toMatchObject({ tookMs: 70 });
    expect(await settle(surface, { on: Error, deadline: 50 }, lateAfter([]), { deadline: Infinity })).toBe('late');
  },
};

/** Behaviours of surfaces that give attempts to the work. */
export const deadlinesOfAttempts: Behaviours = {
  'the deadline aborts `signal` with the error of the call': async (surface) => {
    const signals: AbortSignal[] = [];
    const work = async (attempt?: Attempt): Promise<never> => {
      const { signal } = attempt as Attempt;
      signals.push(signal);
      if (signals.length < 2) throw new Error('first');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject('translated')));
    };
    const { thrown, tookMs } = await outcomeOf(surface, { on: () => 30, deadline: 100 }, work);
    expect(tookMs).toBe(100);
    expect(thrown).toMatchObject({ message: 'no success within 100 ms (2 attempts)', cause: { message: 'first' } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    expect(signals[1]?.reason).toBe(thrown);
    expect(vi.getTimerCount()).toBe(0);
  },

  'a `signal` that is first read after the deadline is aborted': async (surface) => {
    if (surface.returnsFromBody) return;
    const reasons: unknown[] = [];
    const work = (attempt?: Attempt): Promise<unknown> => late().then(() => reasons.push(attempt?.signal.reason));
    const { thrown } = await outcomeOf(surface, { deadline: 100 }, work);
    await vi.advanceTimersByTimeAsync(LATE);
    expect(thrown).toMatchObject({ name: 'TimeoutError' });
    expect(reasons).toEqual([thrown]);
  },

  '`nextWait` is 0 if the wait would not end before the deadline': async (surface) => {
    const seen: number[] = [];
    const work = (attempt?: Attempt): never => {
      seen.push((attempt as Attempt).nextWait);
      throw new Error('always');
    };
    const options = { on: Error, waitInitial: 1, waitJitter: 0, waitExpBase: 2 };
    await rejection(settle(surface, { ...options, deadline: 7 }, work));
    expect(seen).toEqual([1, 2, 0]);
    seen.length = 0;
    await rejection(settle(surface, { ...options, deadline: 7.5 }, work));
    expect(seen).toEqual([1, 2, 4, 0]);
  },

  '`timeLeft` is the whole time in ms until the deadline, and at least 1': async (surface) => {
    const left: number[] = [];
    const work = async (attempt?: Attempt): Promise<never> => {
      const { timeLeft } = attempt as Attempt;
      left.push(timeLeft);
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw timeLeft;
    };
    await rejection(settle(surface, { on: () => 10, deadline: 80.5 }, work));
    expect(left).toEqual([81, 51, 21]);
    left.length = 0;
    const late = async (attempt?: Attempt): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 90));
      left.push((attempt as Attempt).timeLeft);
    };
    await settle(surface, { on: () => 10, deadline: 80 }, late).catch(() => {});
    await vi.advanceTimersByTimeAsync(20);
    expect(left).toEqual([1]);
  },

  '`timeLeft` is the shorter of two limits': async (surface) => {
    if (!surface.takesAttemptTimeout) return;
    const left: number[] = [];
    const work = (attempt?: Attempt): never => {
      left.push((attempt as Attempt).timeLeft);
      throw left;
    };
    await rejection(settle(surface, { on: () => 30, deadline: 80, attemptTimeout: 40 }, work));
    expect(left).toEqual([40, 40, 20]);
  },
};

/** Behaviours of loops. */
export const resetDeadlines: Behaviours = {
  '`reset` lets the deadline begin again': async (surface) => {
    const times: number[] = [];
    const origin = performance.now();
    const work = async (attempt?: Attempt): Promise<void> => {
      const { signal } = attempt as Attempt;
      signal.addEventListener('abort', () => times.push(performance.now() - origin));
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        (attempt as BlockAttempt).reset();
        expect(attempt?.timeLeft).toBe(50);
      }
      await new Promise((resolve) => setTimeout(resolve, 80));
      throw new Error('late');
    };
    const thrown = await rejection(settle(surface, { on: Error, deadline: 50 }, work));
    expect(thrown).toMatchObject({ message: 'no success within 50 ms (1 attempt)' });
    expect(times).toEqual([250]);
    expect(vi.getTimerCount()).toBe(0);
  },

  '`reset` has no effect after the deadline': async (surface) => {
    const work = async (attempt?: Attempt): Promise<never> => {
      await late();
      (attempt as BlockAttempt).reset();
      throw new Error('late');
    };
    const { thrown } = await outcomeOf(surface, { deadline: 50 }, work);
    expect(thrown).toMatchObject({ name: 'TimeoutError' });
  },
};
