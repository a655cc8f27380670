import { isClass } from './class.ts';

/** Shows a value in a message: short, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  try {
    const text = String(value); // What a class says of itself tells more than its fields.
    return JSON.stringify(text.startsWith('[object ') ? value : text);
  } catch {
    return 'an object';
  }
}

/** What every complaint says: the name, what is allowed, what was given, and what to do instead. */
function complaint(name: string, allowed: string, value: unknown, instead = ''): string {
  return `\`${name}\` must be ${allowed}, got ${show(value)}${instead && `; ${instead}`}`;
}

/** The error for a value of the wrong type. */
export function wrongType(name: string, allowed: string, value: unknown, instead?: string): TypeError {
  return new TypeError(complaint(name, allowed, value, instead));
}

/** The error for a value of the right type that is out of range. */
export function outOfRange(name: string, allowed: string, value: unknown, instead?: string): RangeError {
  return new RangeError(complaint(name, allowed, value, instead));
}

/** The types that `typeof` tells, in words. */
const TYPES = { string: 'a string', function: 'a function', boolean: 'true or false' };

/** Refuses what is not of `type`; a class is no function to call. */
export function checkType(type: keyof typeof TYPES, name: string, value: unknown, instead?: string): void {
  if (typeof value !== type || isClass(value)) throw wrongType(name, TYPES[type], value, instead);
}

/** The number, if it is one and `allows` it. */
export function checkNumber(
  name: string,
  value: unknown,
  allows: (value: number) => boolean,
  allowed: string,
  instead?: string,
): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongType(name, allowed, value, instead);
  if (!allows(value)) throw outOfRange(name, allowed, value, instead);
  return value;
}

/** How alike two names are: by the letters and the pairs of letters that they share, and then the shorter one. */
function likeness(given: string, known: string): number {
  const [typed, name] = [given.toLowerCase(), known.toLowerCase()];
  const shared = [...typed].map(
    (letter, index) => Number(name.includes(letter)) + 2 * Number(name.includes(typed.slice(index, index + 2))),
  );
  return shared.reduce((sum, points) => sum + points, -name.length / 10);
}

/** Refuses what is no plain set of known options, naming the known option that is nearest to an unknown one. */
export function checkKeys(what: string, given: unknown, known: readonly string[], instead: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw wrongType(what, 'an object', given, instead);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const nearest = known.reduce((best, name) => (likeness(unknown, name) > likeness(unknown, best) ? name : best));
  throw new TypeError(
    `\`${unknown}\` is not known in ${what}; did you mean \`${nearest}\`? Allowed are ${known.join(', ')}`,
  );
}
