/** Tells whether `value` is a number other than NaN. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** Returns a predicate for finite numbers of at least `least`. */
export function isAtLeast(least: number): (value: number) => boolean {
  return (value) => value >= least && value < Infinity;
}

/** Returns a predicate for integers from `least` to `most`. */
export function isWhole(least: number, most: number = Infinity): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= least && value <= most;
}

/**
 * Tells whether `value` has all these methods. They recognise a value better than its class does if it may come from
 * another realm, a polyfill, or another copy of a package.
 */
export function hasMethods(value: any, ...names: readonly PropertyKey[]): boolean {
  return names.every((name) => typeof value?.[name] === 'function');
}

/** Tells whether `value` has a `then` method, so that awaiting it means waiting for it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
