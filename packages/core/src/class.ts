/** A `class` has a `prototype` that cannot be replaced; an error class in ES5's style has an `Error.prototype` in its chain. */
export function isClass(fn: unknown): boolean {
  // Arrow functions have none: asked first, as every call of `run` is given some.
  if (typeof fn !== 'function' || !fn.prototype) return false;
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype');
  return own !== undefined && (!own.writable || isBuiltIn(own.value, 'Error'));
}

/** Whether `value` descends from the built-in class called `name`, of whatever realm (jest runs tests in one of their own). */
export function isBuiltIn(value: unknown, name: string): boolean {
  if (typeof value !== 'object') return false;
  for (let proto = value; proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (builtInName(Object.getOwnPropertyDescriptor(proto, 'constructor')?.value) === name) return true;
  }
  return false;
}

/** The name of a class of the language, or of the host. */
export function builtInName(fn: unknown): string | undefined {
  return typeof fn === 'function' && /\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn))
    ? fn.name
    : undefined;
}
