/** Shows a value in a message: short, and never throwing. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}

/** What every complaint says: the name, what is allowed, what was given, and what to do instead. */
export function complaint(name: string, allowed: string, value: unknown, instead: string): string {
  return `\`${name}\` must be ${allowed}, got ${show(value)}; ${instead}`;
}

/** Refuses a key that is not among `known`, naming the one that begins most alike. */
export function checkKeys(given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const nearest = known.reduce((best, name) => (likeness(key, name) > likeness(key, best) ? name : best));
    throw new TypeError(
      `\`${key}\` is not known in options of retryingFetch; did you mean \`${nearest}\`? Allowed are ${known.join(', ')}`,
    );
  }
}

/** How many letters two names share at their beginnings and ends. */
function likeness(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  const most = Math.min(from.length, to.length);
  let head = 0;
  while (head < most && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < most - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  return head + tail - Math.abs(from.length - to.length) / 2;
}
