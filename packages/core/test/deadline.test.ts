import { retry, retryContext } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish } from './support/surfaces.ts';
import { detailsOf, rejection, untilAborted } from './support/work.ts';

// The table of surfaces has the behaviours that all surfaces share.

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const never = (): Promise<never> => new Promise(() => {});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('synchronous code', () => {
  const refused = new TypeError(
    '`deadline` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core',
  );

  test('takes no deadline', () => {
    expect(() => retrySync({ on: Error, deadline: 5 })).toThrow(refused);
    expect(() => retryContextSync({ on: Error, deadline: { seconds: 1 } })).toThrow(refused);
    expect(() => retrySync({ on: Error }).run(() => {}, { deadline: 5 } as object)).toThrow(refused);
    expect(retrySync({ on: Error, deadline: Infinity }).run(() => 'done')).toBe('done');
  });
});

test.each([
  [1, '1 ms'],
  [999.5, '999.5 ms'],
  [1_000, '1 s'],
  [10_000, '10 s'],
  [{ minutes: 2 }, '120 s'],
])('a deadline of %o is shown as %s', async (deadline, shown) => {
  const thrown = await rejection(finish(retry({ on: Error, deadline }).run(never)));
  expect(thrown).toMatchObject({ message: `no success within ${shown} (1 attempt)` });
});

test('a deadline counts from the first attempt if there is no other limit of time', async () => {
  const begunAt = performance.now();
  const work = async ({ num }: { num: number }): Promise<never> => {
    if (num > 1) return never();
    await new Promise((resolve) => setTimeout(resolve, 60));
    throw new Error('not yet');
  };
  await rejection(finish(retry({ on: () => 0, timeout: Infinity, deadline: 100 }).run(work)));
  expect(performance.now() - begunAt).toBe(100);
});

test('the cause is what the last attempt threw, even if that was undefined', async () => {
  const work = vi.fn(never).mockRejectedValueOnce(undefined);
  const thrown = await rejection(finish(retry({ on: () => 0, deadline: 5 }).run(work)));
  expect(thrown).toHaveProperty('cause', undefined);
});

describe('a loop', () => {
  test('ends with its next step after the deadline, although its body succeeded', async () => {
    const onRecover = vi.fn();
    const onGiveUp = vi.fn();
    let signal: AbortSignal | undefined;
    const loop = async (): Promise<void> => {
      for await (const attempt of retryContext({ on: Error, deadline: 50, onRecover, onGiveUp })) {
        signal = attempt.signal;
        await sleep(80);
      }
    };
    const thrown = await rejection(finish(loop()));
    expect(thrown).toBe(signal?.reason);
    expect(thrown).toMatchObject({ name: 'TimeoutError', message: 'no success within 50 ms (1 attempt)' });
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'deadline' }]);
    expect(onRecover).not.toHaveBeenCalled();
  });

  test('does not judge a failure that was reported before it', async () => {
    const reasons: string[] = [];
    const onGiveUp = ({ reason }: { reason: string }) => void reasons.push(reason);
    const loop = async () => {
      for await (const attempt of retryContext({ on: RangeError, waitMax: 0, deadline: 50, onGiveUp })) {
        void attempt.signal;
        attempt.fail(attempt.num === 1 ? new RangeError('matched') : new Error('unmatched'));
        if (attempt.num === 2) await sleep(60);
      }
    };
    await expect(finish(loop())).rejects.toThrow('unmatched');
    expect(reasons).toEqual(['unmatched']);
  });

  test('throws its own error if its body had failed before the deadline', async () => {
    const error = new Error('in time');
    const onGiveUp = vi.fn();
    const loop = async (): Promise<void> => {
      for await (const attempt of retryContext({ on: Error, deadline: 50, onGiveUp })) {
        attempt.fail(error);
        await sleep(80);
      }
    };
    expect(await rejection(finish(loop()))).toBe(error);
    expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'deadline' }]);
  });

  test('cannot be reset after the deadline', async () => {
    const onRecover = vi.fn();
    const nums: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const attempt of retryContext({ on: () => 0, deadline: 50, onRecover })) {
        nums.push(attempt.num);
        if (attempt.num === 1) attempt.fail(new Error('not yet'));
        else await untilAborted(attempt.signal).catch(() => attempt.reset());
      }
    };
    expect(await rejection(finish(loop()))).toMatchObject({ message: 'no success within 50 ms (2 attempts)' });
    expect(nums).toEqual([1, 2]);
    expect(onRecover).not.toHaveBeenCalled();
  });

  test('may be left after the deadline', async () => {
    const hooks = { onGiveUp: vi.fn(), onRecover: vi.fn() };
    const loop = async (): Promise<string> => {
      for await (const attempt of retryContext({ on: Error, deadline: 50, ...hooks })) {
        await untilAborted(attempt.signal).catch(() => {});
        return 'left';
      }
      return 'ended';
    };
    expect(await finish(loop())).toBe('left');
    for (const hook of Object.values(hooks)) expect(hook).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer if it is left early', async () => {
    for await (const _ of retryContext({ on: Error, deadline: 50 })) break;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an async generator', () => {
  test('is over after the deadline, whatever its source does', async () => {
    const returned = vi.fn();
    const generator = retry({ on: Error, deadline: 50 })(async function* () {
      try {
        await sleep(80);
        yield 'late';
      } finally {
        returned();
      }
    })();
    await expect(finish(generator.next())).rejects.toThrow('no success within 50 ms (1 attempt)');
    expect(await generator.next()).toEqual({ value: undefined, done: true });
    expect(returned).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(returned).toHaveBeenCalledTimes(1);
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  test('has no deadline after its first value', async () => {
    const generator = retry({ on: Error, deadline: 50 })(async function* () {
      yield 1;
      await sleep(80);
      yield 2;
    })();
    const values: number[] = [];
    await finish(
      (async () => {
        for await (const value of generator) values.push(value);
      })(),
    );
    expect(values).toEqual([1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a library that makes the first attempt itself has a deadline from the second attempt on', async () => {
  const begun = libraryPolicy({ deadline: 50, waitInitial: 10, waitJitter: 0 }).begin();
  await vi.advanceTimersByTimeAsync(20);
  const call = begun.retry('first', { attempt: never, classify: () => true, report: () => 'reported' });
  const thrown = await rejection(finish(call));
  expect(thrown).toMatchObject({ message: 'no success within 50 ms (2 attempts)', cause: 'reported' });
  expect(performance.now()).toBe(50);
});

test('a library hands over a call once', async () => {
  const call = { attempt: () => 'done', classify: () => true };
  const begun = libraryPolicy().begin();
  expect(await begun.run(call)).toBe('done');
  expect(() => begun.run(call)).toThrow('this call has been handed over already');
  expect(() => begun.retry(1, call)).toThrow('this call has been handed over already');
  expect(() =>
    libraryPolicy()
      .begin()
      .run({} as typeof call),
  ).toThrow('the methods attempt and classify');
});

test('a timer that cannot be stopped does not end a later attempt', async () => {
  const started: (() => void)[] = [];
  vi.stubGlobal('setTimeout', (fire: () => void) => started.push(fire));
  vi.stubGlobal('clearTimeout', () => {});
  const work = vi.fn(async () => {
    if (work.mock.calls.length === 1) throw new Error('first');
    return started[0]?.();
  });
  await retry({ on: () => 0, deadline: 50 }).run(work);
  expect(work).toHaveBeenCalledTimes(2);
});
