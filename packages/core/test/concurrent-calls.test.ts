import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attempt,
  type CallDetails,
  type GiveUpDetails,
  type RecoverDetails,
  type RetryDetails,
  retry,
  retryContext,
} from '@stamina/core';
import { retryContextSync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('concurrent calls of one function keep separate state', async () => {
  const retries: RetryDetails[] = [];
  const recoveries: RecoverDetails[] = [];
  const giveUps: GiveUpDetails[] = [];
  const disposed: string[] = [];
  const calls = new Map<string, number>();
  // Each call has its own number of failures and its own wait, so no two calls have the same pace.
  const plan: Record<string, { failures: number; wait: number }> = {
    a: { failures: 1, wait: 70 },
    b: { failures: 3, wait: 20 },
    c: { failures: 9, wait: 50 },
    d: { failures: 0, wait: 10 },
  };
  class Unready extends Error {
    readonly id: string;
    constructor(id: string, count: number) {
      super(`${id} ${count}`);
      this.id = id;
    }
  }
  const get = retry({
    on: (error) => plan[(error as Unready).id]?.wait ?? false,
    attempts: 5,
    onRetry: (details) => {
      retries.push(details);
      return { dispose: () => disposed.push(details.args[0] as string) };
    },
    onRecover: (details) => void recoveries.push(details),
    onGiveUp: (details) => void giveUps.push(details),
  })(async function get(id: string): Promise<string> {
    const count = (calls.get(id) ?? 0) + 1;
    calls.set(id, count);
    if (count <= (plan[id]?.failures ?? 0)) throw new Unready(id, count);
    return `${id} after ${count}`;
  });

  const results = Promise.allSettled(Object.keys(plan).map((id) => get(id)));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await results).toMatchObject([
    { value: 'a after 2' },
    { value: 'b after 4' },
    { reason: { message: 'c 5' } },
    { value: 'd after 1' },
  ]);

  const ofCall = (id: string, details: readonly CallDetails[]) => details.filter(({ args }) => args[0] === id);
  for (const [id, retried] of Object.entries({ a: 1, b: 3, c: 4, d: 0 })) {
    const { wait } = plan[id] as { wait: number };
    expect(ofCall(id, retries)).toMatchObject(
      Array.from({ length: retried }, (_, before) => ({
        name: 'get',
        args: [id],
        attempt: before + 1,
        retryNum: before + 1,
        waitFor: wait,
        waitedSoFar: before * wait,
        causedBy: { message: `${id} ${before + 1}` },
      })),
    );
    expect(disposed.filter((other) => other === id).length).toBe(retried);
  }
  expect(recoveries).toMatchObject([
    { args: ['b'], attempt: 4, waitedSoFar: 60, elapsed: 60 },
    { args: ['a'], attempt: 2, waitedSoFar: 70, elapsed: 70 },
  ]);
  expect(giveUps).toMatchObject([{ args: ['c'], attempt: 5, waitedSoFar: 200, elapsed: 200, errors: { length: 5 } }]);
});

test('concurrent calls keep their own `this` and signal', async () => {
  const controllers = [new AbortController(), new AbortController()] as const;
  const policy = retry({ on: () => 100 });
  const [first, second] = controllers.map(({ signal }) =>
    policy
      .run(async ({ num }) => (num < 3 ? Promise.reject(new Error('not yet')) : num), { signal })
      .catch((error: unknown) => error),
  );
  await vi.advanceTimersByTimeAsync(50);
  controllers[0].abort(new Error('the first alone'));
  expect(await first).toMatchObject({ message: 'the first alone' });
  await vi.advanceTimersByTimeAsync(150);
  expect(await second).toBe(3);

  const seen: unknown[] = [];
  const method = retry({ on: () => 100 })(async function (this: { id: number }) {
    seen.push(this.id);
    if (seen.length < 4) throw new Error('not yet');
  });
  const calls = [method.call({ id: 1 }), method.call({ id: 2 })];
  await vi.advanceTimersByTimeAsync(200);
  await Promise.all(calls);
  expect(seen).toEqual([1, 2, 1, 2, 1]);
});

test('a recursive call has its own attempts', async () => {
  const depths: string[] = [];
  const descend = retry({ on: () => 10, attempts: 2, nested: true })(async (depth: number): Promise<string> => {
    depths.push(`${depth}`);
    if (depth === 0) throw new Error('bottom');
    return descend(depth - 1);
  });
  const result = descend(2).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await result).toMatchObject({ message: 'bottom' });
  // Each depth has two attempts.
  expect(depths.join('')).toBe('2100100'.repeat(2));
});

test('concurrent loops over one block keep separate turns', async () => {
  const block = retryContext({ on: () => 10 });
  const loop = async (failures: number): Promise<number[]> => {
    const nums: number[] = [];
    for await (const attempt of block) {
      nums.push(attempt.num);
      if (attempt.num <= failures) attempt.fail(new Error('not yet'));
    }
    return nums;
  };
  const results = Promise.all([loop(1), loop(3), loop(0), loop(2)]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await results).toEqual([[1, 2], [1, 2, 3, 4], [1], [1, 2, 3]]);
});

test('nested synchronous loops keep separate turns', () => {
  const block = retryContextSync({ on: () => 0 });
  const nums: string[] = [];
  for (const outer of block) {
    for (const inner of block) {
      nums.push(`${outer.num}.${inner.num}`);
      if (inner.num < 2) inner.fail(new Error('inner'));
    }
    if (outer.num < 2) outer.fail(new Error('outer'));
  }
  expect(nums).toEqual(['1.1', '1.2', '2.1', '2.2']);
});

describe('the async context', () => {
  beforeEach(() => void vi.useRealTimers());

  /** The number of zero waits after which a call gives the event loop a turn. */
  const UNTIL_TURN = 1_000;

  test.each([
    ['between retries', { waitMax: 0 }, 3],
    ['across a turn of the event loop', { waitMax: 0 }, UNTIL_TURN + 2],
    ['across a wait', { waitInitial: 1, waitMax: 1, waitJitter: 0 }, 3],
  ])('each call keeps its async context %s', async (_, waits, attempts) => {
    const storage = new AsyncLocalStorage<string>();
    const contextsOf = (name: string) =>
      storage.run(name, async () => {
        const contexts = new Set<string | undefined>();
        let left = attempts;
        await retry({ on: Error, attempts, ...waits }).run(() => {
          contexts.add(storage.getStore());
          if (--left > 0) throw new Error('not yet');
        });
        return [...contexts];
      });
    expect(await Promise.all(['one', 'two', 'three'].map(contextsOf))).toEqual([['one'], ['two'], ['three']]);
  });

  test('a timeout of an attempt is noticed in the async context of its call', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { run } = retry({ on: Error, attempts: 1, attemptTimeout: 20 });
    const contextOf = (name: string) =>
      storage.run(name, async () => {
        let seen: string | undefined;
        const work = ({ signal }: Attempt) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              seen = storage.getStore();
              reject(signal.reason);
            });
          });
        await expect(run(work)).rejects.toMatchObject({ name: 'TimeoutError' });
        return seen;
      });
    expect(await Promise.all(['one', 'two', 'three'].map(contextOf))).toEqual(['one', 'two', 'three']);
  });
});
