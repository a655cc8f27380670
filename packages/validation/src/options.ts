import type { Check } from './check.ts';
import { memberOf } from './kinds.ts';
import { invalid } from './message.ts';

/** Describes one option. */
export interface Option<Value> {
  readonly default?: Value;
  /** Checks a value that was given. Not called for an option that is left out or `undefined`. */
  readonly check: Check<Value>;
}

/** One row for each option. */
export type OptionTable<Resolved> = { readonly [Name in keyof Resolved]-?: Option<Resolved[Name]> };

/** Another function whose options users may pass to the wrong function. */
export interface Owner {
  /** The names of its options. */
  readonly names: readonly string[];
  /** The end of the message, up to the options, such as `the policy: write retry`. The message adds `({ timeout })`. */
  readonly place: string;
}

/**
 * Checks the given options, and fills in the defaults. Inherited fields are ignored.
 *
 * @param what the name of the options in messages, such as `retry options`
 * @param instead how to write the options, for the message if `given` is not an object
 * @param owners other functions whose options users may pass here by mistake
 * @throws TypeError for an unknown option, and any error of a check
 */
export function checkOptions<Resolved extends object>(
  what: string,
  given: unknown,
  table: OptionTable<Resolved>,
  instead: string,
  owners?: readonly Owner[],
): Resolved {
  checkKeys(what, given, Object.keys(table), instead, owners);
  // The copy has all fields from the start, so all results have the same shape, and engines store their fields inside
  // the object. If computed names were added one by one, engines would use a slower dictionary.
  const resolved: Record<string, unknown> = { ...table };
  for (const [name, row] of Object.entries<Option<unknown>>(table)) {
    const value = Object.hasOwn(given as object, name) ? (given as typeof resolved)[name] : undefined;
    resolved[name] = value === undefined ? memberOf(row, 'default') : row.check(name, value);
  }
  return resolved as Resolved;
}

/** Throws a TypeError if `given` is not an object, or if it has a key that is not in `known`. */
export function checkKeys(
  what: string,
  given: unknown,
  known: readonly string[],
  instead: string,
  owners?: readonly Owner[],
): void {
  checkObject(what, given, instead);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw unknownOption(what, name, known, owners);
  }
}

/** Throws a TypeError if `given` is not an object. */
export function checkObject(what: string, given: unknown, instead: string): asserts given is object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(what, 'an object', given, instead);
  }
}

/** Returns the error for an option that is not in `known`. */
export function unknownOption(
  what: string,
  name: string,
  known: readonly string[],
  owners: readonly Owner[] = [],
): TypeError {
  const owner = owners.find(({ names }) => names.includes(name));
  const hint = owner
    ? `belongs to ${owner.place}({ ${name} })`
    : `is not known in ${what}; did you mean \`${nearest(name, known)}\`? Allowed are ${known.join(', ')}`;
  return new TypeError(`\`${name}\` ${hint}`);
}

/**
 * Returns the known name that was probably meant: an alias from another library, or otherwise the most similar name.
 */
function nearest(unknown: string, known: readonly string[]): string {
  const aliases = aliasesOf();
  const alias = Object.keys(aliases).find((name) => known.includes(name) && aliases[name]?.test(unknown));
  return alias ?? known.reduce((best, name) => (likeness(unknown, name) > likeness(unknown, best) ? name : best));
}

/**
 * Rates how similar two names are by the pairs of letters that they share. A known name loses a little for its length,
 * because a long name shares pairs by chance.
 */
function likeness(given: string, known: string): number {
  const [typed, name] = [given.toLowerCase(), known.toLowerCase()];
  const shared = [...typed].filter((_, index) => name.includes(typed.slice(index, index + 2)));
  return shared.length - name.length / 10;
}

/**
 * Returns patterns that match the names of our options in other libraries: p-retry, async-retry, cockatiel,
 * exponential-backoff, ky, got, axios-retry, fetch-retry, Polly, gRPC and others. The first pattern that matches
 * counts.
 *
 * Aliases are tried before similar names, because an alias often resembles the wrong option. For example, `minTimeout`
 * means `waitInitial`, not `timeout`. The table is made when it is needed, because making it would slow each import.
 */
const aliasesOf = (): Readonly<Record<string, RegExp>> => ({
  on: /should|retry(On|If|Con)|handle|bail/,
  onRetry: /failed|before/i,
  timeout: /retryTime|elapsed/i,
  attemptTimeout: /perTry|request/,
  attempts: /tries|^limit|^retry$|count/i,
  waitMax: /max[BDT]|backoffLimit/,
  waitInitial: /delay|minTimeout|initial/i,
  waitJitter: /random/,
  waitExpBase: /factor|backoff|multipl/i,
});
