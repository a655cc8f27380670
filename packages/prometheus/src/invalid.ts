import { inspect } from 'node:util';

/** The error for a value that is not allowed: what was given, what is allowed, what to do instead. */
export function invalid(
  name: string,
  allowed: string,
  given: unknown,
  instead: string,
  Complaint: ErrorConstructor = TypeError,
): Error {
  const shown = inspect(given, { depth: -1, maxStringLength: 60 });
  return new Complaint(`\`${name}\` must be ${allowed}, got ${shown}; ${instead}`);
}

/** Refuses a key that is not among `known`, naming the one that it was probably meant to be. */
export function checkKeys(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  // `register`, `namePrefix`, `maxRetries`: the beginning of the right name is in most of the wrong ones.
  const meant = known.find((name) => unknown.toLowerCase().includes(name.slice(0, 4).toLowerCase()));
  const hint = meant === undefined ? 'allowed' : `did you mean \`${meant}\`? Allowed`;
  throw new TypeError(`\`${unknown}\` is not known in ${what}; ${hint} are ${known.join(', ')}`);
}
