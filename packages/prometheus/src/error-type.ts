/**
 * Returns the label `error_type` for a thrown value: the name of its class, or the result of `typeof` if it is not an
 * object. A program has a limited number of classes, so the number of labels is limited too. The `name` or `code` of an
 * error is not used, because it may be data, such as a part of a response. Each new value would add a series for good.
 */
export function errorType(thrown: unknown): string {
  if (thrown === null) return 'null';
  if (typeof thrown !== 'object') return typeof thrown;
  const name = className(thrown);
  return name === 'DOMException' ? domName(thrown as DOMException) : name;
}

/** Returns the name of the class of `value`. A class without a name counts as the class that it extends. */
function className(value: object): string {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'Object';
}

/** Returns `TimeoutError` or `AbortError`, for example. A name without a code may be data, so it is not used. */
function domName({ name, code }: DOMException): string {
  return code > 0 ? name : 'DOMException';
}
