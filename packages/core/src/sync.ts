import type { Attempt } from './attempt.ts';
import type { RetryBudget } from './budget.ts';
import { type BlockAttempt, blockName } from './context.ts';
import { apply, imitate } from './decorator.ts';
import { attemptsSync } from './drive-sync.ts';
import { type NameOf, nameOf } from './execution.ts';
import { checkFunction } from './invalid.ts';
import { isThenable } from './match.ts';
import { CALL_OPTIONS, checkCall, type Policy, type RetryOptions, resolvePolicy, withOwn } from './options.ts';

export type { Attempt, BlockAttempt, RetryOptions };

type AnyFunction = (this: unknown, ...args: any[]) => unknown;

/** What one call of `run` has of its own. */
export interface RunSyncOptions {
  /** What hooks, logs and metrics call it, instead of the policy's name. */
  name?: string | undefined;
  /** Judges what this call throws, instead of the policy's `on`. */
  on?: RetryOptions['on'] | undefined;
  /** Limits this call's retries, instead of the policy's budget. */
  budget?: RetryBudget | undefined;
}

/** `Value`, unless it is a promise, for which there is `retry`. */
type Immediate<Value> = Value extends PromiseLike<unknown> ? never : Value;

/** A policy that blocks the thread while it waits: runs, wraps, or decorates. */
export interface RetrySync {
  /** What it was made of, as it was given. */
  readonly options: RetryOptions;
  /** Run `fn` now, until it succeeds or gives up. */
  run<Result>(fn: (attempt: Attempt) => Immediate<Result>, options?: RunSyncOptions): Result;
  /** Wrap a function. */
  <Fn extends (...args: any[]) => unknown>(
    fn: Fn,
    ...alone: ReturnType<Fn> extends PromiseLike<unknown> ? [never] : [context?: never]
  ): Fn;
  /** Decorate a method. */
  <This, Fn extends (...args: any[]) => unknown>(method: Fn, context: ClassMethodDecoratorContext<This, Fn>): Fn;
  /** Decorate a method, with TypeScript's `experimentalDecorators`. */
  <Fn extends (...args: any[]) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Fn>,
  ): TypedPropertyDescriptor<Fn>;
}

function resolveSync(options: RetryOptions): Policy {
  const policy = resolvePolicy(options);
  if (policy.attemptTimeout !== Infinity) {
    throw new TypeError(
      '`attemptTimeout` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core',
    );
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
    throw new TypeError(
      'retrySync takes options alone; write retrySync(options).run(fn) to run now, or retrySync(options)(fn) to wrap a function',
    );
  }
  const policy = resolveSync(options);
  const use = (...given: unknown[]): unknown => apply(policy, given, (fn, methodName) => wrap(policy, fn, methodName));
  return Object.assign(use, {
    options,
    run: (fn: (attempt: Attempt) => unknown, own?: RunSyncOptions) => run(policy, fn, own),
  }) as RetrySync;
}

function run(given: Policy, fn: (attempt: Attempt) => unknown, own: RunSyncOptions | undefined): unknown {
  checkFunction('fn', fn, 'write run(() => load(id))');
  return drive(attemptsSync(own === undefined ? given : resolveCallSync(given, own), nameOf, fn), fn);
}

function resolveCallSync(policy: Policy, own: RunSyncOptions): Policy {
  checkCall(own, RUN_OPTIONS, 'run(fn, { name })');
  return withOwn(policy, own);
}

/** An abort could not be heard of while the thread is blocked. */
const RUN_OPTIONS = CALL_OPTIONS.filter((name) => name !== 'signal');

function wrap(policy: Policy, fn: AnyFunction, methodName?: NameOf): AnyFunction {
  const name = methodName ?? (() => nameOf(fn));
  return imitate(fn, function (this: unknown, ...args: unknown[]): unknown {
    return drive(attemptsSync(policy, name, this, args), () => fn.apply(this, args));
  });
}

function drive(attempts: Iterable<BlockAttempt>, call: (attempt: Attempt) => unknown): unknown {
  for (const attempt of attempts) {
    let result: unknown;
    try {
      result = call(attempt);
    } catch (error) {
      attempt.fail(error);
      continue;
    }
    if (!isThenable(result)) return result;
    result.then(undefined, () => {});
    throw new TypeError('a function retried here must not return a promise; use retry from @stamina/core');
  }
  throw new Error('unreachable');
}

/** A block's policy, ready to use any number of times: each loop over it is a call. */
export interface RetryBlockSync extends Iterable<BlockAttempt> {
  /** What it was made of, as it was given. */
  readonly options: RetryOptions;
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
export function retryContextSync(options: RetryOptions): RetryBlockSync {
  const policy = resolveSync(options);
  return { options, [Symbol.iterator]: () => attemptsSync(policy, blockName) };
}
