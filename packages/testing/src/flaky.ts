import { type ErrorMaker, toErrorMaker } from './error-maker.ts';
import { checkFunction, checkKeys, checkNumber, type Range } from './invalid.ts';

/** How a flaky function fails. */
export interface FlakyOptions {
  /**
   * How many of its first calls fail: a whole number, or Infinity; default 1. Or a list of what each of them throws.
   */
  readonly failures?: number | readonly unknown[] | undefined;
  /**
   * What a failing call throws: a value as it is, a new instance of a class of errors, or what a function of the call's
   * number (from 1) returns. Default an Error. Not beside a list of failures.
   */
  readonly error?: unknown;
}

/** A function that fails at first, and what it was called with. */
export type Flaky<Fn extends (...args: any[]) => unknown> = Fn & {
  /** The arguments of each call, failed ones included, oldest first. */
  readonly calls: readonly Parameters<Fn>[];
};

const FAILURES: Range = { what: 'a whole number', least: 0, most: Number.MAX_SAFE_INTEGER };

/**
 * Make a function fail at first, and then do what it does.
 *
 * It keeps `this`, the name and the length. A failing call of an `async` function rejects, of any other throws.
 *
 * @throws TypeError or RangeError for options that are not allowed
 * @example
 * const load = flaky(async (id: number) => ({ id }), { failures: 2, error: HttpError });
 * await retry({ on: HttpError }).run(() => load(1)); // { id: 1 }
 * load.calls.length; // 3
 */
export function flaky<Fn extends (...args: any[]) => unknown>(fn: Fn, options: FlakyOptions = {}): Flaky<Fn> {
  checkFunction('fn', fn, 'write flaky(async () => 5, { failures: 2 })');
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

/** How the call of a number fails, if it does. */
function resolveErrors(options: FlakyOptions): (num: number) => ErrorMaker | undefined {
  checkKeys('options', options, ['failures', 'error'], 'write { failures: 2, error: HttpError }');
  const { failures = 1, error } = options;
  if (Array.isArray(failures)) {
    if (error !== undefined) {
      throw new TypeError(
        '`options` has both a list of `failures` and an `error`: the list holds the errors; drop one of the two',
      );
    }
    const makers = Array.from(failures, toErrorMaker);
    return (num) => makers[num - 1];
  }
  if (failures !== Number.POSITIVE_INFINITY) {
    checkNumber('options.failures', failures, FAILURES, 'use Infinity for all calls, or a list of errors');
  }
  const maker = toErrorMaker(error);
  return (num) => (num <= (failures as number) ? maker : undefined);
}

/** How a function of this kind fails: an `async` one rejects, an async generator when it is first asked, any other throws. */
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
