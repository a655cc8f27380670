/*
 * Recognises kinds of values from every realm. `instanceof` recognises only those of its own realm. Jest, for example, runs
 * tests in a realm whose `Error` is not the `Error` of this file.
 */

/**
 * Returns whether `fn` is a class. The `prototype` of a class cannot be replaced. That of an error class written in ES5
 * can, but it is an error. That of a frozen function cannot either, so the source text of a frozen function decides.
 */
export function isClass(fn: unknown): boolean {
  // The check of `prototype` comes first, because it is fast and enough for arrow functions, which have none.
  return typeof fn === 'function' && Boolean(fn.prototype) && isClassWithPrototype(fn);
}

function isClassWithPrototype(fn: { readonly prototype: unknown }): boolean {
  // Most classes that `on` names are errors.
  if (fn === Error || fn.prototype instanceof Error) return true;
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype');
  if (!own) return false;
  if (isBuiltIn(own.value, 'Error')) return true;
  return !own.writable && (Object.isExtensible(fn) || sourceOf(fn).startsWith('class'));
}

/** Returns whether `value` is a function that can be called without `new`. */
export function isFunction(value: unknown): value is (...args: any[]) => any {
  return typeof value === 'function' && !isClass(value);
}

/** Returns whether `value` is an instance of the built-in class `name`, such as `Error`, of any realm. */
export function isBuiltIn(value: unknown, name: string): boolean {
  if (typeof value !== 'object') return false;
  for (let proto = value; proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (builtInName(Object.getOwnPropertyDescriptor(proto, 'constructor')?.value) === name) return true;
  }
  return false;
}

/** Returns the name of a class or function of the language or the host, and `undefined` for any other value. */
export function builtInName(fn: unknown): string | undefined {
  return typeof fn === 'function' && /\[native code\]\s*\}$/.test(sourceOf(fn)) ? fn.name : undefined;
}

function sourceOf(fn: object): string {
  return Function.prototype.toString.call(fn);
}

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

/** Does the same as `Object.hasOwn`, which is slower in a `for` loop over the names. */
export function isOwn(object: object, name: string): boolean {
  // biome-ignore lint/suspicious/noPrototypeBuiltins: see above.
  return Object.prototype.hasOwnProperty.call(object, name);
}

/**
 * Returns whether a value has the methods of a signal, so that it also recognises polyfilled signals. It runs in each
 * call that has a signal of its own, so it avoids `hasMethods`, which is slower.
 */
export function isSignal(value: any): boolean {
  return (
    typeof value?.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function'
  );
}
