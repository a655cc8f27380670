import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { addRetryHook, retry, retryBudget, retryContext, setActive, setTesting } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { transform } from 'esbuild';

/** The things that all traffic shares. */
export interface World {
  /** The URL of the flaky server. */
  readonly url: string;
  /** A signal for all calls, which is never aborted. */
  readonly signal: AbortSignal;
}

/** Makes some calls in one way, and throws if one of them ends differently than it must. `turn` counts up. */
export type Surface = (turn: number) => Promise<void>;

/** Returns a function that fails `failures` times, and then returns `value`. */
function failing<Value>(failures: number, value: Value): () => Value {
  let left = failures;
  return () => {
    if (left-- > 0) throw new Error('not yet');
    return value;
  };
}

/** Short waits, because there are millions of them. */
export const WAITS = { waitInitial: 1, waitJitter: 2, waitMax: 4 };

/** For calls that must succeed at last, however slow the machine is. */
export const ENDLESS: { attempts: number; timeout: number } = { attempts: Infinity, timeout: Infinity };

/** For synchronous code, whose waits block everything else. */
const NO_WAITS = { waitMax: 0 };

class Bug extends Error {
  override readonly name: string = 'Bug';
}

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
