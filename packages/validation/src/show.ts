import { isClass } from './realm.ts';

const LONGEST = 100;

/**
 * Shows a value in a message. The text has at most 100 characters and holds nothing of what an object contains, because
 * messages end up in logs and objects may hold secrets. Never throws.
 */
export function show(value: unknown): string {
  const text = describe(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function describe(value: unknown): string {
  // The cut comes first, because a string may be megabytes long.
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST));
  if (typeof value === 'bigint') return `${value}n`;
  if (Object(value) !== value) return String(value);
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (typeof value === 'function') return `${isClass(value) ? 'class' : 'function'} ${value.name || 'anonymous'}`;
    // A field called `constructor` is content like any other, unless it holds a class.
    const made: unknown = (value as object).constructor;
    const name = typeof made === 'function' && made.name;
    return name && name !== 'Object' ? `an instance of ${name}` : 'an object';
  } catch {
    return 'an object'; // A getter or a proxy threw.
  }
}
