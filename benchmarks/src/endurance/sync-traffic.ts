import assert from 'node:assert/strict';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { failing, NO_WAITS, type Surface } from './traffic.ts';

/** Calls of `@stamina/core/sync`; nearly all without waits, which would block everything else. */
export function syncTraffic(): Record<string, Surface> {
  const policy = retrySync({ on: Error, attempts: 4, ...NO_WAITS });
  const waiting = retrySync({ on: Error, waitInitial: 0.1, waitJitter: 0.1, waitMax: 0.5 });
  const wrapped = policy((get: () => number) => get());
  return {
    async sync(turn) {
      const get = failing(turn % 4, turn);
      assert.equal(
        policy.run(() => get()),
        turn,
      );
      assert.equal(wrapped(failing(turn % 3, turn)), turn);
      assert.throws(() => wrapped(failing(9, turn)), /not yet/);
    },
    async syncWait(turn) {
      assert.equal(
        waiting.run(() => failing(0, turn)()),
        turn,
      );
      if (turn % 8 === 0) assert.equal(waiting(failing(1, turn))(), turn);
    },
    async syncBlock(turn) {
      const get = failing(turn % 3, turn);
      let value: number | undefined;
      for (const attempt of retryContextSync({ on: Error, ...NO_WAITS })) {
        try {
          value = get();
        } catch (error) {
          attempt.fail(error);
        }
      }
      assert.equal(value, turn);
    },
  };
}
