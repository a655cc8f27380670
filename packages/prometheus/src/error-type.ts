/**
 * What the label `error_type` says of a thrown value: its class; of what is no object, what `typeof` says.
 * It follows from code alone. A `name` or a `code` may come from anywhere, from another machine's answer say,
 * and each new one would be new series for good.
 */
export function errorType(thrown: unknown): string {
  if (thrown === null) return 'null';
  if (typeof thrown !== 'object') return typeof thrown;
  const name = className(thrown);
  return name === 'DOMException' ? domName(thrown as DOMException) : name;
}

/** The nearest class that has a name: an anonymous one counts as what it extends. */
function className(value: object): string {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'Object';
}

/** `TimeoutError` and `AbortError` are no classes, but names that the standard knows: those alone have a code. */
function domName({ name, code }: DOMException): string {
  return code > 0 ? name : 'DOMException';
}
