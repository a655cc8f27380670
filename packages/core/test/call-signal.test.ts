import { getEventListeners } from 'node:events';
import { type Attempt, retry } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish, SURFACES, type Work } from './support/surfaces.ts';
import { hopeless, rejection, settle, untilAborted } from './support/work.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

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
