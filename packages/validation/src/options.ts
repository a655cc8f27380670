import { ALIASES } from './aliases.ts';
import type { Check } from './check.ts';
import { invalid } from './message.ts';

/** The row of one option. Without a check it is a field that every result has, and that nobody can give. */
export interface Option<Value> {
  readonly default?: Value;
  /** Not called for an option that is left out or `undefined`. */
  readonly check?: Check<Value>;
}

/** One row for each option. */
export type OptionTable<Resolved> = { readonly [Name in keyof Resolved]-?: Option<Resolved[Name]> };

/** Another function, some of whose options may be given to the wrong one. */
export interface Owner {
  /** The names of its options. */
  readonly names: readonly string[];
  /** Its name and how it is called, such as `the policy: write retry`. The message adds `({ timeout })`. */
  readonly place: string;
}

/**
 * Checks every option that was given, and fills in the defaults. Inherited fields are not options.
 *
 * @param what the name of the options in messages, such as `retry options`
 * @param instead advice for anyone who gives something else than an object: how to write the options
 * @param owners other functions whose options may end up here by mistake
 */
export function checkOptions<Resolved extends object>(
  what: string,
  given: unknown,
  table: OptionTable<Resolved>,
  instead: string,
  owners?: readonly Owner[],
): Resolved {
  const rows = table as Rows;
  const { names, defaults } = summaryOf(rows);
  checkKeys(what, given, names, instead, owners);
  const resolved: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given as object)) {
    if (value !== undefined) resolved[name] = rows[name]?.check?.(name, value);
  }
  return resolved as Resolved;
}

/** Returns the names of the options, without the fields that nobody can give. */
export function optionNames(table: Rows): readonly string[] {
  return summaryOf(table).names;
}

type Rows = Readonly<Record<string, Option<any>>>;

/** The names of the options of each table, and the result for someone who gives none of them. */
const summaries = new WeakMap<object, { readonly names: readonly string[]; readonly defaults: object }>();

function summaryOf(rows: Rows): { readonly names: readonly string[]; readonly defaults: object } {
  let summary = summaries.get(rows);
  if (!summary) {
    // A copy of the table has all the fields at once, so all results have the same shape in memory, and the engine keeps
    // their fields inside the object. Fields that are added one by one, by computed names, end up in a slower dictionary.
    const defaults: Record<string, unknown> = { ...rows };
    for (const name in rows) defaults[name] = rows[name]?.default;
    summary = { names: Object.keys(rows).filter((name) => rows[name]?.check), defaults };
    summaries.set(rows, summary);
  }
  return summary;
}

/** Throws a TypeError unless `given` is an object that has no other keys than `known`. */
export function checkKeys(
  what: string,
  given: unknown,
  known: readonly string[],
  instead: string,
  owners: readonly Owner[] = [],
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(what, 'an object', given, instead);
  }
  // A loop, because some calls are checked each time: `Object.keys` would make an array for each of them.
  for (const key in given) {
    if (known.includes(key) || !Object.hasOwn(given, key)) continue;
    const owner = owners.find(({ names }) => names.includes(key));
    const hint = owner
      ? `belongs to ${owner.place}({ ${key} })`
      : `is not known in ${what}; did you mean \`${nearest(key, known)}\`? Allowed are ${known.join(', ')}`;
    throw new TypeError(`\`${key}\` ${hint}`);
  }
}

/** Returns the known name that was probably meant. Names from other libraries come first, then the most similar name. */
function nearest(unknown: string, known: readonly string[]): string {
  const alias = Object.keys(ALIASES).find((name) => known.includes(name) && ALIASES[name]?.test(unknown));
  return alias ?? known.reduce((best, name) => (likeness(unknown, name) > likeness(unknown, best) ? name : best));
}

/** Rates how alike two names are by the pairs of letters that they share. Of two equal ratings the shorter name wins. */
function likeness(given: string, known: string): number {
  const [typed, name] = [given.toLowerCase(), known.toLowerCase()];
  const shared = [...typed].filter((_, index) => name.includes(typed.slice(index, index + 2)));
  return shared.length - name.length / 10;
}
