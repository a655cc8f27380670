import { checkOptions, type OptionTable } from '@stamina/validation';
import { checkCallback } from '../options/checks.ts';
import { type ErrorMaker, toErrorMaker } from './error-maker.ts';
import { checkFailureCount } from './failure-count.ts';

/** Options of `flaky`. */
export interface FlakyOptions {
  /**
   * The number of calls that fail at first: an integer of at least 0, or Infinity. Default 1. An array instead lists the
   * errors of the first calls. Each item may be whatever `error` may be.
   */
  readonly failures?: number | readonly unknown[] | undefined;
  /**
   * The error that a failing call throws. A class is instantiated for each call. A function is called with the number
   * of the call, from 1, and returns the error. Any other value is thrown as it is. The default is an `Error` with the
   * message `flaky failure 1`, `flaky failure 2` and so on. Must be left out if `failures` is an array.
   */
  readonly error?: unknown;
}

/** A function that fails at first. It also lists the calls it received. */
export type Flaky<Fn extends (...args: any[]) => unknown> = Fn & {
  /** The arguments of every call, failed calls included, oldest first. */
  readonly calls: readonly Parameters<Fn>[];
};

interface ResolvedFlakyOptions {
  readonly failures: number | readonly unknown[];
  /** `undefined` if no error was given. */
  readonly error: ErrorMaker | undefined;
}

const checkNumberOfFailures = checkFailureCount('use an array to list the errors of the first calls');

const OPTIONS: OptionTable<ResolvedFlakyOptions> = {
  failures: {
    default: 1,
    check: (name, value) => (Array.isArray(value) ? value : checkNumberOfFailures(name, value)),
  },
  error: { check: (_, error) => toErrorMaker(error) },
};

const checkFn = checkCallback('write flaky(async () => 5, { failures: 2 })');

/**
 * Makes a function that fails at first and then does what `fn` does.
 *
 * The result has the parameters, the name and the length of `fn`, and passes `this` on to it. A failing call of an
 * `async` function rejects. A failing async generator rejects when its first value is requested. Any other function
 * throws at once, even if it would return a promise.
 *
 * @param fn the function that is called once enough calls have failed
 * @param options `failures` (default 1) and the `error` of failing calls
 * @throws TypeError if `fn` is not a function, an option has the wrong type, or `error` is given beside an array
 * @throws RangeError if `failures` is out of range
 * @example
 * const load = flaky(async (id: number) => ({ id }), { failures: 2, error: HttpError });
 * await retry({ on: HttpError }).run(() => load(1)); // { id: 1 }
 * load.calls.length; // 3
 */
export function flaky<Fn extends (...args: any[]) => unknown>(fn: Fn, options: FlakyOptions = {}): Flaky<Fn> {
  checkFn('fn', fn);
  const errorOf = resolveErrors(options);
  const fail = failureOf(fn);
  const calls: Parameters<Fn>[] = [];
  function flakily(this: unknown, ...args: Parameters<Fn>): unknown {
    const num = calls.push(args);
    const makeError = errorOf(num);
    return makeError ? fail(makeError(num)) : fn.apply(this, args);
  }
  for (const key of ['name', 'length'] as const) Object.defineProperty(flakily, key, { value: fn[key] });
  return Object.assign(flakily as unknown as Fn, { calls });
}

/** Returns a function that finds the error maker for the call `num`. It returns `undefined` if that call succeeds. */
function resolveErrors(options: FlakyOptions): (num: number) => ErrorMaker | undefined {
  const { failures, error } = checkOptions(
    'options of flaky',
    options,
    OPTIONS,
    'write { failures: 2, error: HttpError }',
  );
  if (typeof failures === 'number') {
    const makeError = error ?? toErrorMaker(undefined);
    return (num) => (num <= failures ? makeError : undefined);
  }
  if (error) {
    throw new TypeError('`failures` is an array of errors, so there must be no `error`; remove one of the two');
  }
  // `map` would skip the holes of a sparse array.
  const makers = Array.from(failures, toErrorMaker);
  return (num) => makers[num - 1];
}

/** Returns a function that fails as `fn` would: it throws, rejects, or returns a generator that throws. */
function failureOf(fn: unknown): (error: unknown) => unknown {
  const kind = Object.prototype.toString.call(fn);
  if (kind === '[object AsyncFunction]') return (error) => Promise.reject(error);
  if (kind === '[object AsyncGeneratorFunction]') {
    // biome-ignore lint/correctness/useYield: it fails before its first value.
    return async function* (error) {
      throw error;
    };
  }
  return (error) => {
    throw error;
  };
}
