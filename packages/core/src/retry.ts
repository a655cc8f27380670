import { abortedSignal } from './abort.ts';
import type { Attempt } from './attempt.ts';
import { BegunCall, type RetryCall } from './call.ts';
import { apply, imitate } from './decorator.ts';
import { Drive, effective, start, startTime, type Target } from './drive.ts';
import { type NameOf, NONE, nameOf } from './execution.ts';
import { isAsyncGenerator, refusal, retryGenerator } from './generator.ts';
import { checkFunction } from './invalid.ts';
import { type Policy, type RetryOptions, type RunOptions, resolveCall, resolvePolicy } from './options.ts';

type Asynchronous = (...args: any[]) => Promise<any> | AsyncGenerator<any, any, any>;
/**
 * No context of a decorator: a form that wraps would else do as one, for a getter say. And nothing at all for a result
 * of `any`, `unknown` or `never`, which would pass for a promise.
 */
type Alone<Result> = unknown extends Result ? [never] : [Result] extends [never] ? [never] : [context?: never];

/** A wrapped function: the same, where it already returned a plain promise or an async generator. */
export type Retried<Fn extends Asynchronous> =
  ReturnType<Fn> extends AsyncGenerator<any, any, any>
    ? Fn
    : Promise<Awaited<ReturnType<Fn>>> extends ReturnType<Fn>
      ? Fn
      : (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** A policy, ready to use any number of times: runs a block of code, wraps a function, or decorates a method. */
export interface Retry {
  /** What it was made of, as it was given. */
  readonly options: RetryOptions;
  /** Run `fn` now, until it succeeds or gives up. */
  run<Result>(fn: (attempt: Attempt) => Result, options?: RunOptions): Promise<Awaited<Result>>;
  /**
   * Begin a call whose first attempt is yours to make, and tell `call.fail` if that fails. For libraries: nothing but the
   * time is noted as long as nothing fails. Throws the reason of a signal that was aborted before.
   */
  begin(options?: RunOptions): RetryCall;
  /** Wrap a function that returns a promise or an async generator. */
  <Fn extends Asynchronous>(fn: Fn, ...alone: Alone<ReturnType<Fn>>): Retried<Fn>;
  /** Wrap any other function; it becomes asynchronous. */
  <This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    ...alone: [context?: never]
  ): (this: This, ...args: Args) => Promise<Awaited<Result>>;
  /** Decorate an asynchronous method. */
  <This, Fn extends Asynchronous>(method: Fn, context: ClassMethodDecoratorContext<This, Fn>): Fn;
  /** Decorate an asynchronous method, with TypeScript's `experimentalDecorators`. */
  <Fn extends Asynchronous>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Fn>,
  ): TypedPropertyDescriptor<Fn>;
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
    throw new TypeError(
      'retry takes options alone; write retry(options).run(fn) to run now, or retry(options)(fn) to wrap a function',
    );
  }
  const policy = resolvePolicy(options);
  const use = (...given: unknown[]): unknown => apply(policy, given, (fn, nameOf) => wrap(policy, fn, nameOf));
  return Object.assign(use, {
    options,
    run: (fn: (attempt: Attempt) => unknown, own?: RunOptions) => run(policy, fn, own),
    begin: (own?: RunOptions) => new BegunCall(resolveCall(policy, own, 'begin({ signal })')),
  }) as Retry;
}

function run(given: Policy, fn: (attempt: Attempt) => unknown, own: RunOptions | undefined): Promise<unknown> {
  checkFunction('fn', fn, 'write run(() => load(id))');
  return start(resolveCall(given, own, 'run(fn, { signal })'), fn);
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Not by `apply` where there is nothing to pass on: a call that succeeds would cost a twelfth more. */
function invoke(fn: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  return args.length === 0 ? fn.call(self) : fn.apply(self, args as unknown[]);
}

function wrap(given: Policy, fn: AnyFunction, methodName?: NameOf): AnyFunction {
  if (given.attemptTimeout !== Infinity) {
    throw new TypeError(
      '`attemptTimeout` must not be given when wrapping a function, which its signal would never reach; use run((attempt) => fn(attempt.signal))',
    );
  }
  const target: Target = {
    nameOf: methodName ?? (() => nameOf(fn)),
    again: ({ self, args }) => invoke(fn, self, args),
  };
  // This is the success path: so `arguments` rather than rest parameters, and what a failure needs is made last.
  return imitate(fn, function (this: unknown): unknown {
    const policy = effective(given);
    const aborted = abortedSignal(policy);
    if (aborted) return refusal(aborted.reason);
    const startedAt = startTime(policy);
    const args = arguments.length === 0 ? (NONE as unknown[]) : (arguments as unknown as unknown[]);
    let result: unknown;
    try {
      result = invoke(fn, this, args);
    } catch (error) {
      result = Promise.reject(error);
    }
    const onFailure = (error: unknown): Drive => new Drive(policy, startedAt, target, this, args, error);
    // By far the most, and so asked first: what is a promise needs nothing of the rest.
    if (result instanceof Promise) {
      policy.budget?.deposit();
      return result.then(undefined, onFailure);
    }
    if (isAsyncGenerator(result)) {
      return retryGenerator(
        given,
        () => target.nameOf(this),
        args,
        result,
        () => invoke(fn, this, args),
      );
    }
    policy.budget?.deposit();
    return Promise.resolve(result).then(undefined, onFailure);
  });
}
