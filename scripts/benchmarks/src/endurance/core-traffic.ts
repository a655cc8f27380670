import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { retry, retryBudget, retryContext } from '@stamina/core';
import { Bug, ENDLESS, failing, NO_WAITS, type Surface, WAITS, type World } from './traffic.ts';

/** Calls of `@stamina/core`. */
export function coreTraffic({ signal }: World): Record<string, Surface> {
  const policy = retry({ on: Error, attempts: 5, ...WAITS, signal });
  // On a busy machine more attempts take too long. The call goes on until one does not.
  const timed = retry({ on: Error, ...WAITS, ...ENDLESS, attemptTimeout: 200, signal });
  const slow = retry({ on: Error, waitInitial: 60_000, waitMax: 60_000, timeout: Number.POSITIVE_INFINITY });
  const short = retry({
    on: Error,
    timeout: 3,
    waitInitial: 1,
    waitJitter: 1,
    waitMax: 2,
    attempts: Number.POSITIVE_INFINITY,
  });
  const picky = retry({ on: [RangeError, async (error) => error instanceof Error && error.name !== 'Bug'], ...WAITS });
  const wrapped = retry({ on: Error, ...WAITS, unref: true, name: 'wrapped' })(async (get: () => number) => get());
  const items = retry({ on: Error, ...NO_WAITS, signal })(async function* (get: () => number) {
    yield get();
    yield* [1, 2];
  });
  const blocks = retryContext({ on: Error, attempts: 4, ...WAITS, signal });

  return {
    async run(turn) {
      const get = failing(turn % 4, turn);
      assert.equal(await policy.run((attempt) => (attempt.num > 0 ? get() : undefined), { signal, name: 'run' }), turn);
    },
    async attempts() {
      const error = new Error('down');
      await assert.rejects(
        policy.run(() => Promise.reject(error)),
        (thrown) => thrown === error,
      );
    },
    async attemptTimeout(turn) {
      const hang = turn % 4 === 0;
      const call = timed.run((attempt) =>
        pause(hang && attempt.num < 2 ? 60_000 : 0, turn, { signal: attempt.signal }),
      );
      assert.equal(await call, turn);
    },
    async abort(turn) {
      const controller = new AbortController();
      const call = slow.run(failing(9, turn), {
        signal: turn % 2 ? controller.signal : AbortSignal.any([signal, controller.signal]),
      });
      const reason = new Error('no longer wanted');
      setTimeout(() => controller.abort(reason), turn % 3);
      await assert.rejects(call, (thrown) => thrown === reason);
    },
    async timeout() {
      await assert.rejects(short.run(failing(Number.POSITIVE_INFINITY, 0)), /not yet/);
    },
    async deadline() {
      const never = new Promise<never>(() => {});
      await assert.rejects(
        policy.run(() => never, { deadline: 2 }),
        { name: 'TimeoutError' },
      );
    },
    async stop(turn) {
      const controller = new AbortController();
      const stopped = retry({ on: () => 60_000, timeout: Number.POSITIVE_INFINITY, stop: controller.signal });
      const call = stopped.run(failing(9, turn));
      setTimeout(() => controller.abort(), turn % 3);
      await assert.rejects(call, /not yet/);
    },
    async unmatched() {
      await assert.rejects(
        picky.run((attempt) => {
          throw attempt.num < 2 ? new RangeError('once') : new Bug('then');
        }),
        Bug,
      );
    },
    async wrap(turn) {
      assert.equal(await wrapped(failing(turn % 3, turn)), turn);
    },
    async policy(turn) {
      // The policy and everything that belongs to it is new in each turn.
      const budget = retryBudget({ ratio: 1 });
      const own = retry({ on: Error, ...WAITS, budget, signal, onRetry: () => undefined, onRecover: () => undefined });
      assert.equal(await own(failing(1, turn))(), turn);
    },
    async generator(turn) {
      const seen: number[] = [];
      for await (const item of items(failing(turn % 3, 0))) {
        seen.push(item);
        if (seen.length === (turn % 2 ? 2 : 9)) break;
      }
      assert.deepEqual(seen, turn % 2 ? [0, 1] : [0, 1, 2]);
    },
    async block(turn) {
      const get = failing(turn % 3, turn);
      let value: number | undefined;
      for await (const attempt of blocks) {
        try {
          value = get();
        } catch (error) {
          attempt.fail(error);
          if (turn % 5 === 4) break;
        }
      }
      assert.equal(value, turn % 5 === 4 && turn % 3 > 0 ? undefined : turn);
    },
  };
}
