import { isClass } from './kinds.ts';

const LONGEST = 100;

/**
 * Returns a TypeError that says which values `name` allows, and which value it got.
 *
 * @param instead advice at the end of the message, if there is any
 */
export function invalid(
  name: string,
  allowed: string,
  value: unknown,
  instead?: string,
  options?: ErrorOptions,
): TypeError {
  return new TypeError(message(name, allowed, show(value), instead), options);
}

/** Returns a RangeError with the same message, for a value of the right type. `shown` is the value as text. */
export function invalidRange(
  name: string,
  allowed: string,
  shown: string,
  instead?: string,
  options?: ErrorOptions,
): RangeError {
  return new RangeError(message(name, allowed, shown, instead), options);
}

function message(name: string, allowed: string, shown: string, instead: string | undefined): string {
  return `\`${name}\` must be ${allowed}, got ${shown}${instead ? `; ${instead}` : ''}`;
}

/**
 * Returns a text that describes a value in a message. The text has at most 100 characters. It shows nothing of the
 * content of an object, because messages end up in logs and objects may hold secrets. Never throws.
 */
export function show(value: unknown): string {
  const text = describe(value);
  // The ellipsis is escaped, because a file of ASCII characters loads faster.
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text;
}

function describe(value: unknown): string {
  // The string is cut before it is quoted, because it may be megabytes long.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST));
  if (typeof value === 'bigint') return `${value}n`;
  if (Object(value) !== value) return String(value);
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (typeof value === 'function') return `${isClass(value) ? 'class' : 'function'} ${value.name || 'anonymous'}`;
    // A field called `constructor` may hold user data. Only a function is taken for the class of the object.
    const made: unknown = (value as object).constructor;
    const name = typeof made === 'function' && made.name;
    return name && name !== 'Object' ? `an instance of ${name}` : 'an object';
  } catch {
    return 'an object'; // A getter or a proxy threw.
  }
}
