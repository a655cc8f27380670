import { isClass } from './class.ts';

/** Shows a value in a message: short, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  try {
    const text = String(value); // What a class says of itself tells more than its fields.
    const tag = /^\[object (.+)\]$/.exec(text)?.[1];
    if (tag === undefined) return JSON.stringify(text);
    return tag === 'Object' ? JSON.stringify(value) : tag;
  } catch {
    return 'an object';
  }
}

/** The error for a value that is not allowed: a TypeError, or a RangeError where only the size is wrong. */
export function invalid(
  name: string,
  allowed: string,
  value: unknown,
  instead = '',
  Complaint: ErrorConstructor = TypeError,
  options?: ErrorOptions,
): Error {
  return new Complaint(`\`${name}\` must be ${allowed}, got ${show(value)}${instead && `; ${instead}`}`, options);
}

/** Resolves what was given for `name`, or throws what is wrong with it; `instead` is what to do. */
export type Check<Value> = (name: string, value: unknown, instead?: string) => Value;

/** Checks that a value is one that `allows` it. */
export function checkThat<Value>(
  allows: (value: any) => boolean,
  allowed: string,
  instead?: string,
  convert: Convert = (_name, value) => value,
  Complaint?: ErrorConstructor,
): Check<Value> {
  return (name, value, hint = instead) => {
    const converted = convert(name, value, hint, allowed);
    if (!allows(converted)) throw invalid(name, allowed, value, hint, Complaint);
    return converted as Value;
  };
}

/** Makes what is to be checked of what was given, or throws why it cannot. */
type Convert = (name: string, value: unknown, instead?: string, allowed?: string) => unknown;

/** Checks that a number is one that `allows` it; `toNumber` makes one of another quantity. */
export function checkRange(
  allows: (value: number) => boolean,
  allowed: string,
  instead?: string,
  toNumber: Convert = checkNumber,
): Check<number> {
  return checkThat(allows, allowed, instead, toNumber, RangeError);
}

function checkNumber(name: string, value: unknown, instead?: string, allowed = ''): unknown {
  return checkThat(isNumber, allowed, instead)(name, value);
}

/** NaN is none. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

export const checkString: Check<string> = checkThat((value) => typeof value === 'string', 'a string');
export const checkBoolean: Check<boolean> = checkThat((value) => typeof value === 'boolean', 'true or false');
/** A class is no function to call. */
export const checkFunction: Check<(...args: any[]) => any> = checkThat(
  (value) => typeof value === 'function' && !isClass(value),
  'a function',
);

/** The number of attempts. */
export const checkAttempts: Check<number> = checkRange(
  (value) => value >= 1 && (value === Infinity || Number.isInteger(value)),
  'an integer of at least 1, or Infinity',
  'use Infinity for no limit',
);

/** What other libraries call our options. */
const ALIASES = new Map([
  ['retries', 'attempts'],
  ['maxRetries', 'attempts'],
  ['minTimeout', 'waitInitial'],
  ['maxTimeout', 'waitMax'],
  ['maxRetryTime', 'timeout'],
  ['factor', 'waitExpBase'],
]);

/** How alike two names are: by the pairs of letters that they share, and then the shorter one. */
function likeness(given: string, known: string): number {
  const [typed, name] = [given.toLowerCase(), known.toLowerCase()];
  const shared = [...typed].filter((_, index) => name.includes(typed.slice(index, index + 2)));
  return shared.length - name.length / 10;
}

/** Refuses what is no set of known options, naming the known option that is nearest to an unknown one. */
export function checkKeys(what: string, given: unknown, known: readonly string[], instead: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(what, 'an object', given, instead);
  for (const unknown of Object.keys(given)) {
    if (known.includes(unknown)) continue;
    const typed = ALIASES.get(unknown) ?? unknown;
    const nearest = known.reduce((best, name) => (likeness(typed, name) > likeness(typed, best) ? name : best));
    throw new TypeError(
      `\`${unknown}\` is not known in ${what}; did you mean \`${nearest}\`? Allowed are ${known.join(', ')}`,
    );
  }
}

/** The values of `given`, each checked; where one is `undefined` or not there, that of `defaults`. */
export function resolveOptions<Resolved extends object>(
  what: string,
  given: object,
  checks: { readonly [Option in keyof Resolved]?: Check<Resolved[Option]> },
  defaults: object,
  instead: string,
): Resolved {
  checkKeys(what, given, Object.keys(checks), instead);
  const resolved = { ...defaults } as Resolved;
  for (const name in checks) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) resolved[name] = (checks[name] as Check<Resolved[typeof name]>)(name, value);
  }
  return resolved;
}
