/** Shows a value in a message: short, and never throwing. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  // `[object Array]`: not `String`, which an object may have replaced, and which shows a function's source.
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}

/** What every complaint says: the name, what is allowed, what was given, and what to do instead. */
export function complaint(name: string, allowed: string, value: unknown, instead: string): string {
  return `\`${name}\` must be ${allowed}, got ${show(value)}; ${instead}`;
}

/** Refuses a key that is not among `known`, naming one that it was probably meant to be. */
export function checkKeys(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  // `status`, `maxAttempts`, `timeOut`: the beginning of the right name is in most of the wrong ones.
  const meant = known.find((name) => unknown.toLowerCase().includes(name.slice(0, 4).toLowerCase()));
  throw new TypeError(
    `\`${unknown}\` is not known in options of retryingFetch; ${meant ? `did you mean \`${meant}\`? Allowed` : 'allowed'} are ${known.join(', ')}`,
  );
}

/** The list, if all of its items are of `type` and `allows` them. */
export function checkList<Item extends string | number>(
  name: string,
  list: readonly Item[],
  type: 'string' | 'number',
  allows: (item: Item) => boolean,
  allowed: string,
  instead: string,
): readonly Item[] {
  if (!Array.isArray(list)) throw new TypeError(complaint(name, 'an array', list, instead));
  list.forEach((item: Item, index) => {
    // biome-ignore lint/suspicious/noSelfCompare: only NaN, which is no number, is not itself.
    const ErrorClass = typeof item !== type || item !== item ? TypeError : allows(item) ? undefined : RangeError;
    if (ErrorClass) throw new ErrorClass(complaint(`${name}[${index}]`, allowed, item, instead));
  });
  return list;
}
