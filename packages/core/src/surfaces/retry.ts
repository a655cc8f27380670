import type { Attempt } from '../call/attempt.ts';
import type { RunOptions } from '../policy/call-options.ts';
import { type RetryOptions, resolvePolicy } from '../policy/options.ts';
import { apply } from './decorator.ts';
import { run } from './run.ts';
import { wrap } from './wrap.ts';

type Asynchronous = (...args: any[]) => Promise<any> | AsyncGenerator<any, any, any>;
/**
 * Refuses the context of a decorator, because the forms that wrap a function would otherwise accept one, for a getter for
 * example. Refuses everything if the result is `any`, `unknown` or `never`, which would pass for a promise.
 */
type Alone<Result> = unknown extends Result ? [never] : [Result] extends [never] ? [never] : [context?: never];

/** A wrapped function: the same type if it returned a plain promise or an async generator, otherwise one that returns a promise. */
export type Retried<Fn extends Asynchronous> =
  ReturnType<Fn> extends AsyncGenerator<any, any, any>
    ? Fn
    : Promise<Awaited<ReturnType<Fn>>> extends ReturnType<Fn>
      ? Fn
      : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** A policy. Use it any number of times: it runs a function, wraps a function, or decorates a method. */
export interface Retry {
  /** The options as they were given. */
  readonly options: RetryOptions;
  /** Runs `fn` now, until it succeeds or the call gives up. */
  run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
  /** Wraps a function that returns a promise or an async generator. */
  <Fn extends Asynchronous>(fn: Fn, ...alone: Alone<ReturnType<Fn>>): Retried<Fn>;
  /** Wraps any other function, which becomes asynchronous. */
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
 * Makes a policy that retries transient failures: backs off exponentially with jitter, and stops after 10 attempts or 45 s.
 *
 * @param options what to retry (`on`, required), and how
 * @returns a policy: `.run(fn)` runs a function now, calling it wraps a function, and it decorates methods
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
