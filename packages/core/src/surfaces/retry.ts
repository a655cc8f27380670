import type { Attempt } from '../call/attempt.ts';
import type { RunOptions } from '../policy/call-options.ts';
import { type RetryOptions, resolvePolicy } from '../policy/options.ts';
import { apply } from './decorator.ts';
import { run } from './run.ts';
import { wrap } from './wrap.ts';

type Asynchronous = (...args: any[]) => Promise<any> | AsyncGenerator<any, any, any>;
/**
 * The type of what follows the function in `retry(options)(fn)`. Nothing may follow it. Otherwise this form would
 * accept the two arguments of a decorator where decorating is not allowed, such as on a getter.
 *
 * If the result is `any`, `unknown` or `never`, the type requires an argument that nobody can give. Such a result would
 * pass for a promise, so the function must go to the form for any other function.
 */
type Alone<Result> = unknown extends Result ? [never] : [Result] extends [never] ? [never] : [context?: never];

/**
 * The type of a wrapped function. It stays the same if the function returns a plain promise or an async generator.
 * Otherwise the wrapped function returns a promise.
 */
export type Retried<Fn extends Asynchronous> =
  ReturnType<Fn> extends AsyncGenerator<any, any, any>
    ? Fn
    : Promise<Awaited<ReturnType<Fn>>> extends ReturnType<Fn>
      ? Fn
      : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** A policy. It can be used any number of times, to run a function, to wrap a function, or to decorate a method. */
export interface Retry {
  /** The options as they were given. */
  readonly options: RetryOptions;
  /**
   * Runs `fn` now, until it succeeds or the call gives up.
   *
   * @returns a promise of the result of `fn`. It rejects with the last error, or with the reason of an aborted signal
   * @throws TypeError for an argument that is not allowed
   */
  run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
  /** Wraps a function that returns a promise or an async generator. */
  <Fn extends Asynchronous>(fn: Fn, ...alone: Alone<ReturnType<Fn>>): Retried<Fn>;
  /** Wraps any other function. The wrapped function returns a promise. */
  <This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    ...alone: [context?: never]
  ): (this: This, ...args: Args) => Promise<Awaited<Result>>;
  /** Decorates an asynchronous method. */
  <This, Fn extends Asynchronous>(method: Fn, context: ClassMethodDecoratorContext<This, Fn>): Fn;
  /** Decorates an asynchronous method, with TypeScript's `experimentalDecorators`. */
  <Fn extends Asynchronous>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Fn>,
  ): TypedPropertyDescriptor<Fn>;
}

/**
 * Makes a policy that retries transient failures. By default it backs off exponentially with jitter, and stops after 10
 * attempts or 45 s.
 *
 * @param options `on` selects the errors to retry and is required. All other options have defaults
 * @returns a policy. Use `.run(fn)` to run a function, or call the policy to wrap one. It also decorates methods
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const user = await retry({ on: HttpError, attempts: 3 }).run(() => load(id));
 */
export function retry(options: RetryOptions): Retry {
  if (arguments.length > 1) {
    throw new TypeError('retry takes options alone; write retry(options).run(fn)');
  }
  const policy = resolvePolicy(options);
  const use = (...given: unknown[]): unknown => apply(policy, given, (fn, nameOf) => wrap(policy, fn, nameOf));
  return Object.assign(use, {
    options,
    run: (fn: (attempt: Attempt) => unknown, own?: RunOptions) => run(policy, fn, own),
  }) as Retry;
}
