import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { addRetryHook, retry, retryBudget, setActive, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { transform } from 'esbuild';
import { failing, NO_WAITS, type Surface, WAITS, type World } from './traffic.ts';

/** Makes calls with hooks and budgets, and switches the modes of the process. */
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
  // The budget has no reserve, so that nine in ten of these calls give up.
  const budgeted = retry({
    on: Error,
    ...WAITS,
    attempts: 2,
    budget: retryBudget({ ratio: 0.1, reserve: 0, minPerSecond: 0 }),
  });

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
      // Other calls run at the same time, so this sets the values that are set already.
      setActive(true).dispose();
      setTesting(false).dispose();
    },
  };
}

/** Makes calls of `@stamina/core/sync`, most of them without waits, which would block everything else. */
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

const SOURCE = readFileSync(new URL('decorated.ts', import.meta.url), 'utf8');

async function compiled(experimentalDecorators: boolean): Promise<typeof import('./decorated.ts')> {
  const options = { loader: 'ts', format: 'esm', target: 'node20' } as const;
  const { code } = await transform(SOURCE, {
    ...options,
    tsconfigRaw: { compilerOptions: { experimentalDecorators } },
  });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Calls decorated methods, with the decorators of the language and with those of TypeScript. */
export async function decoratorTraffic(): Promise<Record<string, Surface>> {
  const surfaces: Record<string, Surface> = {};
  for (const [name, experimental] of [
    ['decorator', false],
    ['legacyDecorator', true],
  ] as const) {
    const { decorate } = await compiled(experimental);
    const Users = decorate(retry({ on: Error, ...WAITS }));
    const shared = new Users();
    surfaces[name] = async (turn) => {
      const users = turn % 2 ? shared : new Users();
      assert.equal(await users.get(`${turn}`), `hello ${turn}`);
      for await (const found of users.all(`${turn}`)) assert.equal(found, `${turn}`);
      assert.equal(await Users.count(), 2);
    };
  }
  return surfaces;
}
