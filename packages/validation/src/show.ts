import { isClass } from './realm.ts';

const LONGEST = 100;

/**
 * Returns a text that describes a value in a message. The text has at most 100 characters. It shows nothing of the
 * content of an object, because messages end up in logs and objects may hold secrets. Never throws.
 */
export function show(value: unknown): string {
  const text = describe(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
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
