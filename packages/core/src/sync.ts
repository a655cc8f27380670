import type { Attempt } from './attempt.ts';
import type { BlockAttempt } from './context.ts';
import { apply, imitate } from './decorator.ts';
import { attemptsSync } from './drive-sync.ts';
import type { NameOf } from './execution.ts';
import { checkKeys, wrongType } from './invalid.ts';
import { isThenable } from './match.ts';
import { checkName, type Policy, resolvePolicy, type RetryOptions } from './options.ts';

export type { Attempt, BlockAttempt, RetryOptions };

type AnyFunction = (this: unknown, ...args: any[]) => unknown;

/** A policy that blocks the thread while it waits: runs, wraps, or decorates. */
export interface RetrySync {
  /** Run `fn` now, until it succeeds or gives up. */
  run<Result>(fn: (attempt: Attempt) => Result, options?: { name?: string | undefined }): Result;
  /** Wrap a function. */
  <Fn extends (...args: any[]) => unknown>(fn: Fn): Fn;
  /** Decorate a method. */
  <This, Fn extends (...args: any[]) => unknown>(method: Fn, context: ClassMethodDecoratorContext<This, Fn>): Fn;
  /** Decorate a method, with TypeScript's `experimentalDecorators`. */
  <Fn extends (...args: any[]) => unknown>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Fn>): TypedPropertyDescriptor<Fn>;
}

function resolveSync(options: RetryOptions): Policy {
  const policy = resolvePolicy(options);
  if (policy.attemptTimeoutMs !== Infinity) {
    throw new TypeError('`attemptTimeout` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core');
  }
  return policy;
}

/**
 * Retry synchronous code in scripts, command lines and workers; it blocks the thread while it waits, so never in a server.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const config = retrySync({ on: Error, attempts: 3 }).run(() => readFileSync('config.json', 'utf8'));
 */
export function retrySync(options: RetryOptions): RetrySync {
  if (arguments.length > 1) {
    throw new TypeError('retrySync takes options alone; write retrySync(options).run(fn) to run now, or retrySync(options)(fn) to wrap a function');
  }
  const policy = resolveSync(options);
  const use = (...given: unknown[]): unknown => apply(policy, given, (fn, nameOf) => wrap(policy, fn, nameOf));
  return Object.assign(use, {
    run(fn: (attempt: Attempt) => unknown, own?: { name?: string | undefined }): unknown {
      if (typeof fn !== 'function') throw wrongType('fn', 'a function', fn, 'write run(() => load(id))');
      if (own !== undefined) {
        checkKeys('options of run', own, ['name'], 'write run(fn, { name })');
        checkName(own.name);
      }
      return drive(policy, () => own?.name ?? policy.name ?? (fn.name || 'anonymous'), [], fn);
    },
  }) as RetrySync;
}

function wrap(policy: Policy, fn: AnyFunction, nameOf?: (self: unknown) => string): AnyFunction {
  return imitate(fn, function (this: unknown, ...args: unknown[]): unknown {
    const name = (): string => policy.name ?? nameOf?.(this) ?? (fn.name || 'anonymous');
    return drive(policy, name, args, () => fn.apply(this, args));
  });
}

function drive(policy: Policy, nameOf: NameOf, args: readonly unknown[], call: (attempt: Attempt) => unknown): unknown {
  for (const attempt of attemptsSync(policy, nameOf, args)) {
    let result: unknown;
    try {
      result = call(attempt);
    } catch (error) {
      attempt.fail(error);
      continue;
    }
    if (!isThenable(result)) return result;
    Promise.resolve(result).catch(() => {});
    throw new TypeError('a function retried here must not return a promise; use retry from @stamina/core');
  }
  throw new Error('unreachable');
}

/**
 * Retry a synchronous block with a control flow of its own.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * for (const attempt of retryContextSync({ on: Error })) {
 *   try { text = readFileSync(path, 'utf8'); } catch (error) { attempt.fail(error); }
 * }
 */
export function retryContextSync(options: RetryOptions): Iterable<BlockAttempt> {
  const policy = resolveSync(options);
  return { [Symbol.iterator]: () => attemptsSync(policy, () => policy.name ?? '<block>', []) };
}
