import { invalid, isFunction, memberOf } from '@stamina/validation';
import type { Attempt } from '../call/attempt.ts';
import type { Form } from '../call/call.ts';
import { nameOfCallee, notifySucceeded } from '../call/notify.ts';
import { beginSync, runSync } from '../call/sync-call.ts';
import { applyTerms, RUN_SYNC_OPTIONS, resolveTerms } from '../policy/call-options.ts';
import type { Policy, RetryOptions } from '../policy/options.ts';
import { resolvePolicy } from '../policy/resolve.ts';
import { apply } from './decorator.ts';
import { isAsyncGenerator, isGenerator } from './generator.ts';
import { retryGeneratorSync } from './generator-sync.ts';
import { imitate, invoke } from './invoke.ts';

/** Options of one call of a synchronous `run`. */
export interface RunSyncOptions {
  /** The name of this call in hooks, logs and metrics, instead of the policy's. */
  name?: string | undefined;
}

/**
 * True if `Result` is or may be a promise or an async generator. A function that returns one needs `retry`. False for
 * `any`. Also false in a helper that is generic over the function, because TypeScript then replaces `Result` by a type
 * that passes every check.
 */
type IsLate<Result> = [Extract<Result, PromiseLike<unknown> | AsyncGenerator<any, any, any>>] extends [never]
  ? false
  : [unknown] extends [Result]
    ? false
    : true;

type AnySync = (...args: any[]) => unknown;
/** `Argument`, or `never` if `Fn` needs `retry`. */
type IfSync<Fn extends AnySync, Argument> = [IsLate<ReturnType<Fn>>] extends [true] ? never : Argument;

/**
 * A policy that blocks the thread while it waits. It can be used any number of times, to run a function, to wrap a
 * function, or to decorate a method.
 */
export interface RetrySync {
  /** The options as they were given. */
  readonly options: RetryOptions;
  /**
   * Runs `fn` now, until it succeeds or the call gives up.
   *
   * @param fn the function to retry. It is called with the attempt
   * @param options the `name` of this call
   * @returns the result of `fn`
   * @throws the last error, or the reason of an aborted signal; TypeError for an argument that is not allowed
   */
  run<Result>(
    fn: (attempt: Attempt) => Result,
    ...options: [IsLate<Result>] extends [true] ? [never] : [options?: RunSyncOptions]
  ): Result;
  /** Wraps a synchronous function. */
  <Fn extends AnySync>(fn: Fn, ...alone: [IsLate<ReturnType<Fn>>] extends [true] ? [never] : [context?: never]): Fn;
  /** Decorates a synchronous method. */
  <This, Fn extends AnySync>(method: Fn, context: IfSync<Fn, ClassMethodDecoratorContext<This, Fn>>): Fn;
  /** Decorates a synchronous method, with TypeScript's `experimentalDecorators`. */
  <Fn extends AnySync>(
    target: object,
    key: IfSync<Fn, string | symbol>,
    descriptor: TypedPropertyDescriptor<Fn>,
  ): TypedPropertyDescriptor<Fn>;
}

/** Refuses a limit that would have to interrupt an attempt. */
function refuseLimit(name: string, isGiven: boolean): void {
  if (!isGiven) return;
  throw new TypeError(
    `\`${name}\` must not be given here: nothing can interrupt code that blocks; use retry from @stamina/core`,
  );
}

/** Checks the options of a synchronous policy, which cannot have an `attemptTimeout` or a `deadline`. */
export function resolvePolicySync(options: RetryOptions): Policy {
  const policy = resolvePolicy(options);
  refuseLimit('attemptTimeout', policy.attemptTimeout !== Infinity);
  refuseLimit('deadline', policy.deadline !== Infinity);
  return policy;
}

/**
 * Makes a policy that retries synchronous code in scripts, command-line tools and workers. It blocks the thread while
 * it waits, so never use it in a server.
 *
 * @param options the options of `retry`, without `attemptTimeout` and `deadline`
 * @returns a policy. Use `.run(fn)` to run a function, or call the policy to wrap one. It also decorates methods
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const config = retrySync({ on: Error, attempts: 3 }).run(() => readFileSync('config.json', 'utf8'));
 */
export function retrySync(options: RetryOptions): RetrySync {
  if (arguments.length > 1) {
    throw new TypeError('retrySync takes options alone; write retrySync(options).run(fn)');
  }
  const policy = resolvePolicySync(options);
  const use = (...given: unknown[]): unknown =>
    apply(policy, given, (fn, nameOf) =>
      imitate(fn, function (this: unknown, ...args: unknown[]): unknown {
        const call = beginSync(policy, { nameOf }, fn, this, args);
        const result = runSync(call, () => invoke(fn, this, args));
        if (isGenerator(result)) return retryGeneratorSync(call, result);
        if (isAsyncGenerator(result)) {
          throw new TypeError(
            'a function retried here must not return an async generator; use retry from @stamina/core',
          );
        }
        notifySucceeded(call);
        return result;
      }),
    );
  return Object.assign(use, {
    options,
    run: (fn: (attempt: Attempt) => unknown, own?: RunSyncOptions) => runNow(policy, fn, own),
  }) as RetrySync;
}

const RUN: Form = { nameOf: nameOfCallee };

function runNow(given: Policy, fn: (attempt: Attempt) => unknown, own: RunSyncOptions | undefined): unknown {
  if (!isFunction(fn)) throw invalid('fn', 'a function', fn, 'write run(() => load(id))');
  refuseLimit('deadline', memberOf(own, 'deadline') !== undefined);
  const call = beginSync(applyTerms(given, resolveTerms(given, own, RUN_SYNC_OPTIONS)), RUN, fn);
  const result = runSync(call, fn);
  notifySucceeded(call);
  return result;
}
