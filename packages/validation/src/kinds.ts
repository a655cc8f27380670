/** Returns whether `value` is a number other than NaN. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** Returns a function that accepts finite numbers of at least `least`. */
export function isAtLeast(least: number): (value: number) => boolean {
  return (value) => value >= least && value < Infinity;
}

/** Returns a function that accepts integers from `least` to `most`. */
export function isWhole(least: number, most: number = Infinity): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= least && value <= most;
}

/**
 * Returns whether `value` has all these methods. Use this instead of `instanceof` for a value that may come from
 * another realm, from a polyfill, or from another copy of a package.
 */
export function hasMethods(value: any, ...names: readonly PropertyKey[]): boolean {
  return names.every((name) => typeof value?.[name] === 'function');
}

/**
 * Returns a member of `value`, including those that it inherits from its class. Ignores those of `Object.prototype`. If
 * other code adds members there, they must not count as an option, a hook or an answer of every object.
 */
export function memberOf(value: any, name: PropertyKey): any {
  const member = value?.[name];
  return member === Reflect.get(Object.prototype, name) ? undefined : member;
}

/** Returns whether `value` has a `then` method, as promises do. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function ignore(): void {}

/**
 * Handles the rejection of a promise that nobody awaits, because an unhandled rejection ends the process. Does nothing
 * with other values. Call it with the result of each user's function that is not awaited, because it may be async.
 *
 * @param onRejected called with the error. By default, the error is ignored
 */
export function handleRejection(value: unknown, onRejected: (error: unknown) => void = ignore): void {
  if (isThenable(value)) Promise.resolve(value).then(undefined, onRejected);
}
