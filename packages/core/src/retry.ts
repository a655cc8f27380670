import type { Attempt } from './attempt.ts';
import { abortedSignal, startTime } from './call.ts';
import { apply, imitate } from './decorator.ts';
import { Drive, settled, start } from './drive.ts';
import { type AnyAsyncGenerator, isAsyncGenerator, retryGenerator } from './generator.ts';
import { checkKeys, wrongType } from './invalid.ts';
import { effective } from './mode.ts';
import { checkName, checkSignal, type Policy, resolvePolicy, type RetryOptions } from './options.ts';

/** What one call of `run` has of its own. */
export interface RunOptions {
  /** Aborts this call, beside the policy's signal. */
  signal?: AbortSignal | undefined;
  /** What hooks, logs and metrics call it. */
  name?: string | undefined;
}

type Asynchronous = (...args: any[]) => Promise<any> | AsyncGenerator<any, any, any>;
type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/** A wrapped function: the same, where it already returned a plain promise or an async generator. */
export type Retried<Fn extends Asynchronous> =
  ReturnType<Fn> extends AsyncGenerator<any, any, any> ? Fn
  : Promise<Awaited<ReturnType<Fn>>> extends ReturnType<Fn> ? Fn
  : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** A policy, ready to use any number of times: runs a block of code, wraps a function, or decorates a method. */
export interface Retry {
  /** Run `fn` now, until it succeeds or gives up. */
  run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
  /** Wrap a function that returns a promise or an async generator. */
  <Fn extends Asynchronous>(fn: Fn): Retried<Fn>;
  /** Wrap any other function; it becomes asynchronous. */
  <This, Args extends unknown[], Result>(fn: Method<This, Args, Result>): Method<This, Args, Promise<Awaited<Result>>>;
  /** Decorate an asynchronous method. */
  <This, Fn extends Asynchronous>(method: Fn, context: ClassMethodDecoratorContext<This, Fn>): Fn;
  /** Decorate an asynchronous method, with TypeScript's `experimentalDecorators`. */
  <Fn extends Asynchronous>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Fn>): TypedPropertyDescriptor<Fn>;
}

/**
 * Retry what fails for now: back off exponentially, with jitter, and stop after 10 attempts or 45 s.
 *
 * @param options what to retry (`on`, required), and how
 * @returns a policy: `.run(fn)` runs now, calling it wraps a function, and it decorates methods
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const user = await retry({ on: HttpError, attempts: 3 }).run(() => load(id));
 */
export function retry(options: RetryOptions): Retry {
  if (arguments.length > 1) {
    throw new TypeError('retry takes options alone; write retry(options).run(fn) to run now, or retry(options)(fn) to wrap a function');
  }
  const policy = resolvePolicy(options);
  const use = (...given: unknown[]): unknown => apply(policy, given, (fn, nameOf) => wrap(policy, fn, nameOf));
  return Object.assign(use, {
    run: (fn: (attempt: Attempt) => unknown, own?: RunOptions) => run(policy, fn, own),
  }) as Retry;
}

function run(policy: Policy, fn: (attempt: Attempt) => unknown, own: RunOptions | undefined): Promise<unknown> {
  if (typeof fn !== 'function') throw wrongType('fn', 'a function', fn, 'write run(() => load(id))');
  if (own !== undefined) {
    checkKeys('options of run', own, ['signal', 'name'], 'write run(fn, { signal })');
    checkName(own.name);
    checkSignal(own.signal);
  }
  const nameOf = (): string => own?.name ?? policy.name ?? (fn.name || 'anonymous');
  return start(policy, own?.signal, fn, nameOf);
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

function wrap(given: Policy, fn: AnyFunction, nameOf?: (self: unknown) => string): AnyFunction {
  if (given.attemptTimeoutMs !== Infinity) {
    throw new TypeError('`attemptTimeout` must not be given when wrapping a function, which its signal would never reach; use run((attempt) => fn(attempt.signal))');
  }
  // `arguments` rather than rest parameters, and no function between the caller and `fn`: this is the success path.
  return imitate(fn, function (this: unknown): unknown {
    const policy = effective(given);
    const aborted = abortedSignal(policy, undefined);
    if (aborted) return Promise.reject(aborted.reason);
    policy.budget?.deposit();
    const startedAt = startTime(policy);
    const args = arguments as unknown as unknown[];
    const again = (): unknown => fn.apply(this, args);
    const callName = (): string => policy.name ?? nameOf?.(this) ?? (fn.name || 'anonymous');
    const recover = (error: unknown): unknown => new Drive(policy, undefined, startedAt, callName, args, again).begin(error);
    let result: unknown;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      return recover(error);
    }
    if (result instanceof Promise) return result.then(undefined, recover);
    if (isAsyncGenerator(result)) return retryGenerator(given, callName, result, again as () => AnyAsyncGenerator);
    return settled(() => result).then(undefined, recover);
  });
}
