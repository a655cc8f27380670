/** The most levels of nested objects that are copied. The argument itself is the first level. */
const MAX_DEPTH = 5;
/** The most characters of one string that are copied. */
const MAX_TEXT = 1_000;
/** The most characters of all arguments together that are copied. */
const MAX_TOTAL = 10_000;
/** The characters that each value costs besides those of its text, so that a list of many short values is cut too. */
const VALUE_COST = 10;
/** A larger BigInt is not converted to text, because that may take seconds. */
const MAX_BIGINT = 10n ** 100n;

/**
 * Copies arguments into plain values, as JSON would show them, and cuts what is long. The limits keep logging fast for
 * arguments of any size. The structure stays the same, so that redaction paths lead to the same fields.
 */
export function excerpt(args: readonly unknown[]): unknown {
  let room = MAX_TOTAL;

  function cut(text: string): string {
    const kept = text.slice(0, Math.max(0, Math.min(MAX_TEXT, room)));
    room -= kept.length;
    return kept.length < text.length ? `${kept}… ${text.length - kept.length} more characters` : text;
  }

  /** Copies one field of `holder`. `above` are the objects that contain it, `holder` included. */
  function copyField(holder: object, key: string | number, above: readonly object[]): unknown {
    room -= VALUE_COST;
    try {
      return copy(Reflect.get(holder, key), above);
    } catch {
      return '[Throws]';
    }
  }

  function copy(value: unknown, above: readonly object[]): unknown {
    if (typeof value === 'string' || value instanceof String) return cut(String(value));
    if (typeof value === 'bigint') return -MAX_BIGINT < value && value < MAX_BIGINT ? String(value) : '[BigInt]';
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[Circular]';
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name}: ${value.byteLength} bytes]`;
    const { toJSON } = value as { toJSON?: unknown };
    const plain: unknown = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
    if (typeof plain !== 'object' || plain === null) return copy(plain, above);
    if (above.length > MAX_DEPTH) return Array.isArray(plain) ? '[Array]' : '[Object]';
    return Array.isArray(plain) ? copyArray(plain, [...above, value]) : copyObject(plain, [...above, value]);
  }

  function copyArray(array: readonly unknown[], above: readonly object[]): unknown[] {
    const copied: unknown[] = [];
    while (copied.length < array.length && room > 0) copied.push(copyField(array, copied.length, above));
    const left = array.length - copied.length;
    return left > 0 ? [...copied, `… ${left} more`] : copied;
  }

  function copyObject(object: object, above: readonly object[]): object {
    const keys = Object.keys(object);
    const copied: [string, unknown][] = [];
    for (const key of keys) {
      // A key is copied whole or not at all, because a redaction path would not match a part of it.
      room -= key.length;
      if (room <= 0) break;
      copied.push([key, copyField(object, key, above)]);
    }
    const left = keys.length - copied.length;
    // If a key is `__proto__`, an assignment would set the prototype. `fromEntries` makes a field of it.
    return Object.fromEntries(left > 0 ? [...copied, ['…', `${left} more`]] : copied);
  }

  return copy(args, []);
}
