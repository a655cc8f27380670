/**
 * Returns the label `error_type` for a thrown value: its class, or the result of `typeof` if it is no object. The label
 * depends on nothing but code. An error's `name` or `code` may come from elsewhere, such as the response of another
 * machine, and each new value would be a new series forever.
 */
export function errorType(thrown: unknown): string {
  if (thrown === null) return 'null';
  if (typeof thrown !== 'object') return typeof thrown;
  const name = className(thrown);
  return name === 'DOMException' ? domName(thrown as DOMException) : name;
}

/** Returns the name of the nearest class that has one, because a class without a name counts as the class that it extends. */
function className(value: object): string {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'Object';
}

/** Returns `TimeoutError` or `AbortError`, for example. Only a name from the standard has a code, so others are not used. */
function domName({ name, code }: DOMException): string {
  return code > 0 ? name : 'DOMException';
}
