// Every way to retry something, each behind the same few lines, so that one table of behaviours runs through all.
import { type Attempt, type RetryOptions, retry, retryContext } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { vi } from 'vitest';

/** What is retried. It is given the attempt by the surfaces that have one to give. */
export type Work = (attempt?: Attempt) => unknown;

export interface Surface {
  readonly title: string;
  readonly sync: boolean;
  /** Whether its options may hold a signal: a decorator's may not. */
  readonly takesSignal: boolean;
  readonly givesAttempt: boolean;
  /** What hooks are told of a call. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Makes a policy of `options`, once, and returns what calls `work` under it, any number of times. */
  prepare(options: RetryOptions, work: Work): () => Promise<unknown>;
}

const ARGS = ['an argument', { another: true }];

const FUNCTION = { sync: false, takesSignal: true, givesAttempt: false, name: 'work', args: ARGS };
const METHOD = { sync: false, takesSignal: false, givesAttempt: false, name: 'Service.work', args: ARGS };
const RUN = { sync: false, takesSignal: true, givesAttempt: true, name: 'work', args: [] };
const BLOCK = { sync: false, takesSignal: true, givesAttempt: true, name: '<block>', args: [] };
const SYNC = { sync: true };

const CONTEXT = { kind: 'method', name: 'work', static: false, private: false } as ClassMethodDecoratorContext;

export const SURFACES: readonly Surface[] = [
  {
    title: 'run',
    ...RUN,
    prepare(options, work) {
      const policy = retry(options);
      return () => policy.run(named('work', async (attempt) => work(attempt as Attempt)));
    },
  },
  {
    title: 'run of a synchronous function',
    ...RUN,
    prepare(options, work) {
      const policy = retry(options);
      return () => policy.run(named('work', (attempt) => work(attempt as Attempt)));
    },
  },
  {
    title: 'a call begun by hand',
    ...RUN,
    givesAttempt: false,
    prepare(options, work) {
      const policy = retry(options);
      return async () => {
        const call = policy.begin();
        try {
          return await work();
        } catch (error) {
          return call.fail(
            error,
            named('work', (attempt) => work(attempt as Attempt)),
          );
        }
      };
    },
  },
  {
    title: 'a wrapped function',
    ...FUNCTION,
    prepare: (options, work) => callWithArgs(retry(options)(named('work', async () => work()))),
  },
  {
    title: 'a wrapped synchronous function',
    ...FUNCTION,
    prepare: (options, work) => callWithArgs(retry(options)(named('work', () => work()))),
  },
  {
    title: 'a wrapped async generator',
    ...FUNCTION,
    prepare(options, work) {
      const wrapped = retry(options)(
        named('work', async function* (..._args: unknown[]) {
          yield await work();
        }),
      );
      return async () => (await wrapped(...ARGS).next()).value;
    },
  },
  {
    title: 'a method with a TC39 decorator',
    ...METHOD,
    prepare(options, work) {
      class Service {
        async work(): Promise<unknown> {
          return work();
        }
      }
      Service.prototype.work = retry(options)(Service.prototype.work, CONTEXT);
      return callWithArgs(new Service());
    },
  },
  {
    title: 'a method with a legacy decorator',
    ...METHOD,
    prepare(options, work) {
      class Service {
        async work(): Promise<unknown> {
          return work();
        }
      }
      const own = Object.getOwnPropertyDescriptor(Service.prototype, 'work') as TypedPropertyDescriptor<
        () => Promise<unknown>
      >;
      Object.defineProperty(Service.prototype, 'work', retry(options)(Service.prototype, 'work', own));
      return callWithArgs(new Service());
    },
  },
  {
    title: 'a loop that runs to its end',
    ...BLOCK,
    prepare(options, work) {
      const context = retryContext(options);
      return async () => {
        let result: unknown;
        for await (const attempt of context) {
          try {
            result = await work(attempt);
          } catch (error) {
            attempt.fail(error);
          }
        }
        return result;
      };
    },
  },
  {
    title: 'a loop that returns from its body',
    ...BLOCK,
    prepare(options, work) {
      const context = retryContext(options);
      return async () => {
        for await (const attempt of context) {
          try {
            return await work(attempt);
          } catch (error) {
            attempt.fail(error);
          }
        }
        throw new Error('the loop ended by itself');
      };
    },
  },
  {
    title: 'run, synchronous',
    ...RUN,
    ...SYNC,
    prepare(options, work) {
      const policy = retrySync(options);
      return async () => policy.run(named('work', (attempt) => work(attempt as Attempt)));
    },
  },
  {
    title: 'a wrapped function, synchronous',
    ...FUNCTION,
    ...SYNC,
    prepare: (options, work) => callWithArgs(retrySync(options)(named('work', () => work()))),
  },
  {
    title: 'a method with a TC39 decorator, synchronous',
    ...METHOD,
    ...SYNC,
    prepare(options, work) {
      class Service {
        work(): unknown {
          return work();
        }
      }
      Service.prototype.work = retrySync(options)(Service.prototype.work, CONTEXT);
      return callWithArgs(new Service());
    },
  },
  {
    title: 'a method with a legacy decorator, synchronous',
    ...METHOD,
    ...SYNC,
    prepare(options, work) {
      class Service {
        work(): unknown {
          return work();
        }
      }
      const own = Object.getOwnPropertyDescriptor(Service.prototype, 'work') as TypedPropertyDescriptor<() => unknown>;
      Object.defineProperty(Service.prototype, 'work', retrySync(options)(Service.prototype, 'work', own));
      return callWithArgs(new Service());
    },
  },
  {
    title: 'a loop that runs to its end, synchronous',
    ...BLOCK,
    ...SYNC,
    prepare(options, work) {
      const context = retryContextSync(options);
      return async () => {
        let result: unknown;
        for (const attempt of context) {
          try {
            result = work(attempt);
          } catch (error) {
            attempt.fail(error);
          }
        }
        return result;
      };
    },
  },
  {
    title: 'a loop that returns from its body, synchronous',
    ...BLOCK,
    ...SYNC,
    prepare(options, work) {
      const context = retryContextSync(options);
      return async () => {
        for (const attempt of context) {
          try {
            return work(attempt);
          } catch (error) {
            attempt.fail(error);
          }
        }
        throw new Error('the loop ended by itself');
      };
    },
  },
];

function named<Fn extends (...args: unknown[]) => unknown>(name: string, fn: Fn): Fn {
  return Object.defineProperty(fn, 'name', { value: name });
}

function callWithArgs(
  target: ((...args: unknown[]) => unknown) | { work(...args: unknown[]): unknown },
): () => Promise<unknown> {
  return async () => (typeof target === 'function' ? target(...ARGS) : target.work(...ARGS));
}

/** Lets the fake clock run, timer by timer, until the call has settled; then settles as it did. */
export async function finish(call: Promise<unknown>): Promise<unknown> {
  let pending = true;
  const settled = (): void => {
    pending = false;
  };
  call.then(settled, settled);
  for (let turn = 0; pending; turn++) {
    if (turn > 10_000) throw new Error('the call never settles');
    await vi.advanceTimersToNextTimerAsync();
  }
  return call;
}
