import {
  type Check,
  checkCallback,
  checkNumber,
  checkOptions,
  invalid,
  isClass,
  isWhole,
  type OptionTable,
} from '@stamina/validation';

/** Options of `flaky`. */
export interface FlakyOptions {
  /**
   * The number of calls that fail at first: an integer of at least 0, or Infinity. Default 1, or the number of
   * `errors`.
   */
  readonly failures?: number | undefined;
  /**
   * The error that a failing call throws. A class is instantiated for each call. A function is called with the number
   * of the call, from 1, and returns the error. Any other value is thrown as it is. The default is an `Error` with the
   * message `flaky failure 1`, `flaky failure 2` and so on.
   */
  readonly error?: unknown;
  /**
   * The errors of the first calls, in order. Each item has one of the forms that `error` allows. `failures` and `error`
   * must then be left out.
   */
  readonly errors?: readonly unknown[] | undefined;
}

/** A function that fails at first. It also lists the calls it received. */
export type Flaky<Fn extends (...args: any[]) => unknown> = Fn & {
  /** The arguments of every call, failed calls included, oldest first. */
  readonly calls: readonly Parameters<Fn>[];
};

interface ResolvedFlakyOptions {
  // An option that was left out is `undefined`.
  readonly failures: number | undefined;
  readonly error: ErrorMaker | undefined;
  readonly errors: readonly ErrorMaker[] | undefined;
}

const OPTIONS: OptionTable<ResolvedFlakyOptions> = {
  failures: { check: checkFailureCount('use `errors` to list the errors of the first calls') },
  error: { check: (_, error) => toErrorMaker(error) },
  errors: {
    check(name, errors) {
      // `map` would skip the holes of a sparse array.
      if (Array.isArray(errors)) return Array.from(errors, toErrorMaker);
      throw invalid(name, 'an array', errors, 'use `error` for one error');
    },
  },
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
 * @param options `failures` (default 1) and the `error` of failing calls, or a list of `errors`
 * @throws TypeError if `fn` is not a function, an option has the wrong type, or `errors` is given with another option
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
  const { failures, error, errors } = checkOptions(
    'options of flaky',
    options,
    OPTIONS,
    'write { failures: 2, error: HttpError }',
  );
  if (!errors) {
    const makeError = error ?? toErrorMaker(undefined);
    return (num) => (num <= (failures ?? 1) ? makeError : undefined);
  }
  if (error || failures !== undefined) {
    throw new TypeError('`errors` lists the error of each failing call; remove it, or remove `failures` and `error`');
  }
  return (num) => errors[num - 1];
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

/** Makes the error of a call or an attempt. `num` is its number, from 1. */
export type ErrorMaker = (num: number) => unknown;

/**
 * Turns an `error` option into a function that makes errors.
 *
 * A class is instantiated with a message that holds the number. Any other function is called with the number. Without
 * an option, the error is an `Error` with such a message. Every other value is itself the error.
 */
export function toErrorMaker(error: unknown): ErrorMaker {
  if (error === undefined) return (num) => new Error(messageOf(num));
  if (typeof error !== 'function') return () => error;
  if (!isClass(error)) return error as ErrorMaker;
  const ErrorClass = error as new (message: string) => unknown;
  return (num) => new ErrorClass(messageOf(num));
}

function messageOf(num: number): string {
  return `flaky failure ${num}`;
}

const isFiniteCount = isWhole(0);

/** Makes a check for a number of failures: an integer of at least 0, or Infinity. */
export function checkFailureCount(instead?: string): Check<number> {
  return checkNumber(
    (count) => isFiniteCount(count) || count === Infinity,
    'an integer of at least 0, or Infinity',
    instead,
  );
}
