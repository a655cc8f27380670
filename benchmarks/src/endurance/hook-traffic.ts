import assert from 'node:assert/strict';
import { addRetryHook, retry, retryBudget, setActive, setTesting } from '@stamina/core';
import { failing, type Surface, WAITS, type World } from './traffic.ts';

/** Calls with hooks and budgets, and what switches the whole process. */
export function hookTraffic({ signal }: World): Record<string, Surface> {
  let disposed = 0;
  const told = retry({
    on: Error,
    ...WAITS,
    signal,
    onRetry: () => ({ [Symbol.dispose]: () => void disposed++ }),
    onRecover: async ({ name }) => name,
  });
  const failingHook = (): never => {
    throw new Error('of a hook, and warned of once');
  };
  const misled = retry({ on: Error, ...WAITS, onRetry: failingHook });
  // A reserve of none, and a tenth of the load: nine in ten of these give up.
  const budgeted = retry({ on: Error, ...WAITS, attempts: 2, budget: retryBudget({ ratio: 0.1, minPerSecond: 0 }) });

  return {
    async hooks(turn) {
      const before = disposed;
      assert.equal(await told.run(failing(2, turn)), turn);
      assert.ok(disposed >= before + 2);
    },
    async failingHook(turn) {
      assert.equal(await misled(failing(1, turn))(), turn);
    },
    async addedHook(turn) {
      const added = addRetryHook({ onRecover: ({ args }) => args.length });
      assert.equal(await told.run(failing(1, turn)), turn);
      added.dispose();
    },
    async budget() {
      await budgeted.run(failing(1, 0)).catch((error: Error) => assert.equal(error.message, 'not yet'));
    },
    async switches() {
      // As it is anyway: other calls run meanwhile.
      setActive(true).dispose();
      setTesting(false).dispose();
    },
  };
}
