/*
 * These functions recognise classes and their instances from every realm, where `instanceof` knows those of its own realm
 * only. Jest, for example, runs tests in a realm whose `Error` is not the `Error` of this file.
 */

/** Tells whether `fn` is a class: its `prototype` cannot be replaced, or is an error (error classes written in ES5). */
export function isClass(fn: unknown): boolean {
  // Arrow functions have no `prototype`. This check comes first because every call of `run` is given one of them.
  if (typeof fn !== 'function' || !fn.prototype) return false;
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype');
  return own !== undefined && (!own.writable || isBuiltIn(own.value, 'Error'));
}

/** Tells whether `value` is a function that can be called without `new`. */
export function isFunction(value: unknown): value is (...args: any[]) => any {
  return typeof value === 'function' && !isClass(value);
}

/** Tells whether `value` is an instance of the built-in class `name`, such as `Error`, of any realm. */
export function isBuiltIn(value: unknown, name: string): boolean {
  if (typeof value !== 'object') return false;
  for (let proto = value; proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (builtInName(Object.getOwnPropertyDescriptor(proto, 'constructor')?.value) === name) return true;
  }
  return false;
}

/** Returns the name of a class that the language or the host provides, and `undefined` for any other value. */
export function builtInName(fn: unknown): string | undefined {
  return typeof fn === 'function' && /\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn))
    ? fn.name
    : undefined;
}
