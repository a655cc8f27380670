import type { Attempt } from '../call/attempt.ts';
import type { RunOptions } from '../policy/call-options.ts';
import type { RetryOptions } from '../policy/options.ts';
import { resolvePolicy } from '../policy/resolve.ts';
import { apply } from './decorator.ts';
import { runOf } from './run.ts';
import { wrap } from './wrap.ts';

type AnyAsyncGenerator = AsyncGenerator<any, any, any>;
type Asynchronous = (...args: any[]) => Promise<any> | AsyncIterable<any> | AnyAsyncGenerator;

/**
 * True if a wrapped function keeps a result of this type. It does so for plain promises, async generators, and types
 * that every async generator fits, such as `AsyncIterable`. All other results become promises, also `any`, streams, and
 * subclasses of `Promise`.
 *
 * In a helper that is generic over the function, `Result` is not known yet. TypeScript then replaces it by a type that
 * passes every check, so the answer for such a type must be `true`. Each check is in brackets, because otherwise
 * TypeScript would answer for each member of a union on its own.
 */
type IsKept<Result> = [Promise<Awaited<Result>>] extends [Result]
  ? [Result] extends [never]
    ? true
    : [unknown] extends [Result]
      ? false
      : true
  : [AsyncGenerator<never, never, any>] extends [Result]
    ? true
    : [Result] extends [never]
      ? false
      : [Result] extends [AnyAsyncGenerator]
        ? true
        : false;

/** True if `Result` is a synchronous generator, which cannot be retried here. */
type IsGenerator<Result> = [Result] extends [never]
  ? false
  : [unknown] extends [Result]
    ? false
    : [Result] extends [Generator<any, any, any>]
      ? true
      : false;

/**
 * The type of what follows the function in `retry(options)(fn)`. Nothing may follow it. Otherwise this form would
 * accept the two arguments of a decorator where decorating is not allowed, such as on a getter. If the function is
 * refused, the type requires an argument that nobody can give.
 */
type Alone<IsRefused> = [IsRefused] extends [true] ? [never] : [context?: never];
type Not<Answer> = [Answer] extends [false] ? true : false;

/** `Argument`, or `never` if a decorated method would return a promise instead of its own result. */
type IfKept<Fn extends Asynchronous, Argument> = [IsKept<ReturnType<Fn>>] extends [false]
  ? unknown extends ReturnType<Fn>
    ? Argument
    : never
  : Argument;

/**
 * The type of a wrapped function. It stays the same if the function returns a plain promise, an async generator, or an
 * `AsyncIterable`. Otherwise the wrapped function returns a promise.
 */
export type Retried<Fn extends Asynchronous> =
  IsKept<ReturnType<Fn>> extends true
    ? Fn
    : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** A policy. It can be used any number of times, to run a function, to wrap a function, or to decorate a method. */
export interface Retry {
  /** The options as they were given. */
  readonly options: RetryOptions;
  /**
   * Runs `fn` now, until it succeeds or the call gives up.
   *
   * @param fn the function to retry. It is called with the attempt, whose `signal` it should pass on
   * @param options the `signal`, the `name` and the `deadline` of this call
   * @returns a promise of the result of `fn`. It rejects with the last error, or with the reason of an aborted signal
   * @throws TypeError for an argument that is not allowed
   */
  run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
  /** Wraps a function that returns a promise or an async generator. The wrapped function has the same type. */
  <Fn extends Asynchronous>(fn: Fn, ...alone: Alone<Not<IsKept<ReturnType<Fn>>>>): Fn;
  /**
   * Wraps any other function that has properties of its own. The wrapped function has them too, and returns a promise.
   */
  <This, Args extends unknown[], Result, Own extends object>(
    fn: ((this: This, ...args: Args) => Result) & Own,
    ...alone: keyof Own extends never ? [never] : Alone<IsGenerator<Result>>
  ): ((this: This, ...args: Args) => Promise<Awaited<Result>>) & Pick<Own, keyof Own>;
  /** Wraps any other function. The wrapped function returns a promise. */
  <This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    ...alone: Alone<IsGenerator<Result>>
  ): (this: This, ...args: Args) => Promise<Awaited<Result>>;
  /** Decorates an asynchronous method. */
  <This, Fn extends Asynchronous>(method: Fn, context: IfKept<Fn, ClassMethodDecoratorContext<This, Fn>>): Fn;
  /** Decorates an asynchronous method, with TypeScript's `experimentalDecorators`. */
  <Fn extends Asynchronous>(
    target: object,
    key: IfKept<Fn, string | symbol>,
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
  // Many programs make a policy for each call, and `Object.assign` takes longer than all checks of the options.
  use.options = options;
  use.run = runOf(policy);
  return use as Retry;
}
