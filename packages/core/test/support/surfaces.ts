// This is the table of surfaces. All ways to retry have the same form here, so that one test can run through them all.
// Tests that apply to some surfaces only pick rows by their traits.
import {
  type Attempt,
  type Duration,
  type RetryBudget,
  type RetryOptions,
  type RunOptions,
  retry,
  retryContext,
} from '@stamina/core';
import { type LibraryOptions, libraryPolicy, toPredicate } from '@stamina/core/library';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import { vi } from 'vitest';

/** The retried code. Surfaces that give attempts call it with the attempt. */
export type Work = (attempt?: Attempt) => unknown;

/** Options of a single call. A surface ignores those that it does not take. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly name?: string | undefined;
  readonly deadline?: number | Duration | undefined;
  /** The arguments of a function or method, instead of those in the table. */
  readonly args?: readonly unknown[] | undefined;
  /** Only a library can give these three options. */
  readonly budget?: RetryBudget | undefined;
  readonly report?: ((error: unknown) => unknown) | undefined;
  readonly discard?: ((error: unknown) => void) | undefined;
}

/** Makes one call of the retried code under a policy. It may be used any number of times. */
export type Call = (own?: CallOptions) => Promise<unknown>;

export interface Surface {
  readonly title: string;
  readonly form: 'run' | 'library' | 'function' | 'generator' | 'method' | 'loop';
  /** Blocks the thread while it waits. */
  readonly sync: boolean;
  /** The retried code is synchronous. Other surfaces accept work that returns a promise. */
  readonly syncWork: boolean;
  /** Gives every attempt to the work. */
  readonly givesAttempt: boolean;
  /** Takes a signal among the options of the policy. */
  readonly takesSignal: boolean;
  /** Takes a signal for one call. */
  readonly takesCallSignal: boolean;
  /** Takes a name for one call. */
  readonly takesCallName: boolean;
  readonly takesAttemptTimeout: boolean;
  readonly takesDeadline: boolean;
  /** Takes a deadline for one call. */
  readonly takesCallDeadline: boolean;
  /** A loop that ends by a `return` in its body. It cannot throw then, so its deadline has no effect on a late success. */
  readonly returnsFromBody: boolean;
  /** The name and arguments of a call, as hooks see them. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Makes a policy of `options`, and returns a function that calls `work` under it. */
  prepare(options: RetryOptions, work: Work): Call;
}

/** The functions that make a policy, by name. */
export const POLICIES: Readonly<Record<string, (options: RetryOptions) => { readonly options: RetryOptions }>> = {
  retry,
  retryContext,
  retrySync,
  retryContextSync,
};

const ARGS = ['an argument', { another: true }];

const NONE = {
  sync: false,
  syncWork: false,
  givesAttempt: false,
  takesSignal: true,
  takesCallSignal: false,
  takesCallName: false,
  takesAttemptTimeout: false,
  takesDeadline: true,
  takesCallDeadline: false,
  returnsFromBody: false,
};
const RUN = { ...NONE, form: 'run', givesAttempt: true, takesCallName: true, name: 'work', args: [] } as const;
const FUNCTION = { ...NONE, form: 'function', name: 'work', args: ARGS } as const;
const GENERATOR = { ...FUNCTION, form: 'generator' } as const;
const METHOD = { ...NONE, form: 'method', takesSignal: false, name: 'Service.work', args: ARGS } as const;
const LOOP = { ...NONE, form: 'loop', givesAttempt: true, name: '<block>', args: [] } as const;
const LIBRARY = {
  ...NONE,
  form: 'library',
  takesCallSignal: true,
  takesCallName: true,
  name: 'work',
  args: [],
} as const;
const SYNC = { sync: true, syncWork: true, takesDeadline: false };

const METHOD_CONTEXT = { kind: 'method', name: 'work', static: false, private: false } as ClassMethodDecoratorContext;

export const SURFACES: readonly Surface[] = [
  {
    title: 'run',
    ...RUN,
    takesCallSignal: true,
    takesAttemptTimeout: true,
    takesCallDeadline: true,
    prepare(options, work) {
      const policy = retry(options);
      return (own) =>
        policy.run(
          named('work', async (attempt) => work(attempt as Attempt)),
          runOptions(own),
        );
    },
  },
  {
    title: 'run of a synchronous function',
    ...RUN,
    syncWork: true,
    takesCallSignal: true,
    takesAttemptTimeout: true,
    takesCallDeadline: true,
    prepare(options, work) {
      const policy = retry(options);
      return (own) =>
        policy.run(
          named('work', (attempt) => work(attempt as Attempt)),
          runOptions(own),
        );
    },
  },
  {
    title: 'a call of a library',
    ...LIBRARY,
    takesDeadline: false,
    prepare({ on, ...options }, work) {
      const policy = libraryPolicy(options satisfies LibraryOptions);
      const classify = toPredicate('on', on);
      return async ({ report, discard, args: _, ...own } = {}) => {
        const call = policy.begin(own);
        try {
          const result = await work();
          call.succeed({ name: 'work' });
          return result;
        } catch (error) {
          return call.retry(error, {
            name: 'work',
            classify,
            attempt: (attempt) => work(attempt),
            ...(report && { report }),
            ...(discard && { discard }),
          });
        }
      };
    },
  },
  {
    title: 'a call of a library that core makes',
    ...LIBRARY,
    givesAttempt: true,
    takesAttemptTimeout: true,
    takesCallDeadline: true,
    prepare({ on, ...options }, work) {
      const policy = libraryPolicy(options satisfies LibraryOptions);
      const classify = toPredicate('on', on);
      return async ({ report, discard, args: _, ...own } = {}) =>
        policy.begin(own).run({
          name: 'work',
          classify,
          attempt: work,
          ...(report && { report }),
          ...(discard && { discard }),
        });
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
    syncWork: true,
    prepare: (options, work) => callWithArgs(retry(options)(named('work', () => work()))),
  },
  {
    title: 'a wrapped async generator',
    ...GENERATOR,
    prepare(options, work) {
      const wrapped = retry(options)(
        named('work', async function* (..._args: unknown[]) {
          yield await work();
        }),
      );
      return async ({ args = ARGS } = {}) => (await wrapped(...args).next()).value;
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
      Service.prototype.work = retry(options)(Service.prototype.work, METHOD_CONTEXT);
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
    ...LOOP,
    takesAttemptTimeout: true,
    prepare(options, work) {
      const block = retryContext(options);
      return async () => {
        let result: unknown;
        for await (const attempt of block) {
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
    ...LOOP,
    returnsFromBody: true,
    takesAttemptTimeout: true,
    prepare(options, work) {
      const block = retryContext(options);
      return async () => {
        for await (const attempt of block) {
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
      return async ({ name } = {}) =>
        policy.run(
          named('work', (attempt) => work(attempt as Attempt)),
          name === undefined ? undefined : { name },
        );
    },
  },
  {
    title: 'a wrapped function, synchronous',
    ...FUNCTION,
    ...SYNC,
    prepare: (options, work) => callWithArgs(retrySync(options)(named('work', () => work()))),
  },
  {
    title: 'a wrapped generator, synchronous',
    ...GENERATOR,
    ...SYNC,
    prepare(options, work) {
      const wrapped = retrySync(options)(
        named('work', function* (..._args: unknown[]) {
          yield work();
        }),
      );
      return async ({ args = ARGS } = {}) => wrapped(...args).next().value;
    },
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
      Service.prototype.work = retrySync(options)(Service.prototype.work, METHOD_CONTEXT);
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
    ...LOOP,
    ...SYNC,
    prepare(options, work) {
      const block = retryContextSync(options);
      return async () => {
        let result: unknown;
        for (const attempt of block) {
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
    ...LOOP,
    ...SYNC,
    prepare(options, work) {
      const block = retryContextSync(options);
      return async () => {
        for (const attempt of block) {
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

const kindOf = ({ form, sync, syncWork, givesAttempt }: Surface): string => [form, sync, syncWork, givesAttempt].join();

/** The first surface of each form, asynchronous and synchronous. Tests that take long use only these. */
export const ONE_OF_EACH_FORM: readonly Surface[] = SURFACES.filter(
  (surface, index) => index === SURFACES.findIndex((other) => kindOf(other) === kindOf(surface)),
);

/** Returns the options for `run`, or `undefined` if there are none, as in most calls. */
function runOptions({ signal, name, deadline }: CallOptions = {}): RunOptions | undefined {
  if (signal === undefined && name === undefined && deadline === undefined) return undefined;
  return { signal, name, deadline };
}

function named<Fn extends (...args: unknown[]) => unknown>(name: string, fn: Fn): Fn {
  return Object.defineProperty(fn, 'name', { value: name });
}

function callWithArgs(target: ((...args: unknown[]) => unknown) | { work(...args: unknown[]): unknown }): Call {
  return async ({ args = ARGS } = {}) => (typeof target === 'function' ? target(...args) : target.work(...args));
}

/** Lets the fake clock run, timer by timer, until the call has settled. Returns the call. */
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

/** Behaviours by their titles. Each has a function that fails unless the surface behaves so. */
export type Behaviours = Readonly<Record<string, (surface: Surface) => Promise<void> | void>>;
