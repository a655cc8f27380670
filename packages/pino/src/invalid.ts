/** Shows a value in a message: short, and never throwing. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  // `[object Object]`: never what a logger holds, nor a function's source.
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}

/** What every complaint says: the name, what is allowed, what was given, and what to do instead. */
export function complaint(name: string, allowed: string, value: unknown, instead: string): string {
  return `\`${name}\` must be ${allowed}, got ${show(value)}; ${instead}`;
}
