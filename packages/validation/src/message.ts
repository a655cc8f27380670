import { show } from './show.ts';

/**
 * Returns a TypeError that says which values `name` allows, and which value it got.
 *
 * @param instead advice at the end of the message, if there is any
 */
export function invalid(
  name: string,
  allowed: string,
  value: unknown,
  instead?: string,
  options?: ErrorOptions,
): TypeError {
  return new TypeError(message(name, allowed, show(value), instead), options);
}

/** Returns a RangeError with the same message, for a value of the right type. `shown` is the value as text. */
export function invalidRange(
  name: string,
  allowed: string,
  shown: string,
  instead?: string,
  options?: ErrorOptions,
): RangeError {
  return new RangeError(message(name, allowed, shown, instead), options);
}

function message(name: string, allowed: string, shown: string, instead: string | undefined): string {
  return `\`${name}\` must be ${allowed}, got ${shown}${instead ? `; ${instead}` : ''}`;
}
