/** How many levels of each argument are shown. */
const DEPTH = 5;
/** How many characters of one text, and of all together. */
const TEXT = 1_000;
const TOTAL = 10_000;
/** How many characters a value counts for, whatever it is. */
const VALUE = 10;
/** Beyond this, writing a number down takes long. */
const BIG = 10n ** 100n;

/**
 * What JSON would show of arguments, as plain values, cut where they are long: logging them takes no longer than that,
 * whatever they hold, and paths for redaction lead where they would in the arguments themselves.
 */
export function excerpt(args: readonly unknown[]): unknown {
  let room = TOTAL;

  function cut(text: string): string {
    const shown = text.slice(0, Math.max(0, Math.min(TEXT, room)));
    room -= shown.length;
    return shown.length < text.length ? `${shown}… ${text.length - shown.length} more characters` : text;
  }

  /** `above` are the objects that hold this one. */
  function read(holder: object, key: string | number, above: readonly object[]): unknown {
    room -= VALUE;
    try {
      return show(Reflect.get(holder, key), above);
    } catch {
      return '[Throws]';
    }
  }

  function show(value: unknown, above: readonly object[]): unknown {
    if (typeof value === 'string' || value instanceof String) return cut(String(value));
    if (typeof value === 'bigint') return -BIG < value && value < BIG ? String(value) : '[BigInt]';
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[Circular]';
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name}: ${value.byteLength} bytes]`;
    const { toJSON } = value as { toJSON?: unknown };
    const plain: unknown = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
    if (typeof plain !== 'object' || plain === null) return show(plain, above);
    if (above.length > DEPTH) return Array.isArray(plain) ? '[Array]' : '[Object]';
    return Array.isArray(plain) ? items(plain, [...above, value]) : fields(plain, [...above, value]);
  }

  function items(list: readonly unknown[], above: readonly object[]): unknown[] {
    const shown: unknown[] = [];
    while (shown.length < list.length && room > 0) shown.push(read(list, shown.length, above));
    const left = list.length - shown.length;
    return left > 0 ? [...shown, `… ${left} more`] : shown;
  }

  function fields(record: object, above: readonly object[]): object {
    const keys = Object.keys(record);
    const shown: [string, unknown][] = [];
    for (const key of keys) {
      // Whole or not at all: a path for redaction would not find a part of it.
      room -= key.length;
      if (room <= 0) break;
      shown.push([key, read(record, key, above)]);
    }
    const left = keys.length - shown.length;
    // Not by assignment: `__proto__` may be a key.
    return Object.fromEntries(left > 0 ? [...shown, ['…', `${left} more`]] : shown);
  }

  return show(args, []);
}
