import * as util from 'node:util';

/** The error for a value of the wrong type: what was given, what is allowed, what to do instead. */
export function wrongType(name: string, allowed: string, given: unknown, instead?: string): TypeError {
  return new TypeError(complaint(name, allowed, given, instead));
}

/** The error for a value of the right type that is out of range. */
export function outOfRange(name: string, allowed: string, given: unknown, instead?: string): RangeError {
  return new RangeError(complaint(name, allowed, given, instead));
}

/** Refuses what is no object of known keys. */
export function checkKeys(name: string, given: unknown, known: readonly string[], instead: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType(name, 'an object', given, instead);
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`\`${name}.${unknown}\` is not known; use any of ${known.join(', ')}`);
  }
}

/** Refuses what cannot be called. */
export function checkFunction(name: string, given: unknown, instead: string): void {
  if (typeof given !== 'function') throw wrongType(name, 'a function', given, instead);
}

/** The numbers that are allowed: whole ones, unless `fractions`. */
export interface Range {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly fractions?: true;
}

/** Returns a number that is in its range, or `undefined` as it is. */
export function checkNumber(name: string, given: unknown, range: Range, instead?: string): number | undefined {
  if (given === undefined) return undefined;
  const allowed = `${range.what} from ${range.least} to ${range.most}`;
  if (typeof given !== 'number') throw wrongType(name, allowed, given, instead);
  const fits = given >= range.least && given <= range.most && (range.fractions || Number.isInteger(given));
  if (!fits) throw outOfRange(name, allowed, given, instead);
  return given;
}

function complaint(name: string, allowed: string, given: unknown, instead?: string): string {
  return `\`${name}\` must be ${allowed}, got ${show(given)}${instead === undefined ? '' : `; ${instead}`}`;
}

/** Shows a value on one line, and never at length. */
export function show(value: unknown): string {
  // A browser has none.
  if (!util.inspect) return String(value);
  const text = util.inspect(value, {
    customInspect: false,
    depth: 1,
    maxArrayLength: 5,
    maxStringLength: 60,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
