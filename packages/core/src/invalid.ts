/** Shows a value in a message: short, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  try {
    return JSON.stringify(value) ?? 'an object';
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

/** Levenshtein's edit distance, case aside. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}

/** Refuses what is no plain set of known options, naming the known option that is nearest to an unknown one. */
export function checkKeys(what: string, given: unknown, known: readonly string[], instead: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongType(what, 'an object', given, instead);
  }
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const away = (name: string) => distance(key.toLowerCase(), name.toLowerCase());
    const nearest = known.reduce((best, name) => (away(name) < away(best) ? name : best));
    throw new TypeError(
      `\`${key}\` is not known in ${what}; did you mean \`${nearest}\`? Allowed are ${known.join(', ')}`,
    );
  }
}
