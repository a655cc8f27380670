/*
 * These functions recognise classes and their instances from every realm. `instanceof` recognises only those of its own
 * realm. Jest, for example, runs tests in a realm whose `Error` is not the `Error` of this file.
 */

/**
 * Returns whether `fn` is a class. The `prototype` of a class cannot be replaced. That of an error class written in ES5
 * can, but it is an error. That of a frozen function cannot either, so the source text of a frozen function decides.
 */
export function isClass(fn: unknown): boolean {
  // The first two checks are fast. Arrow functions have no `prototype`, and most classes that `on` names are errors.
  if (typeof fn !== 'function' || !fn.prototype) return false;
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
