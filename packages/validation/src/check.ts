import { isFunction, isNumber, isWhole } from './kinds.ts';
import { invalid, invalidRange, show } from './message.ts';

/** Returns the value to use for the option `name`. Throws an error that says what is wrong with the given `value`. */
export type Check<Value> = (name: string, value: unknown) => Value;

/**
 * Makes a check that throws a TypeError for a value that is not allowed.
 *
 * @param allows returns whether a value is allowed
 * @param allowed describes the allowed values in the message
 * @param instead the advice in the message, if there is any
 */
export function checkThat<Value>(allows: (value: any) => boolean, allowed: string, instead?: string): Check<Value> {
  return (name, value) => {
    if (allows(value)) return value as Value;
    throw invalid(name, allowed, value, instead);
  };
}

/**
 * Makes a check for numbers. It throws a RangeError for a number that is not allowed, and a TypeError for NaN and for
 * anything that is not a number. The parameters are those of `checkThat`.
 *
 * @param toNumber converts other values, such as durations, to numbers
 */
export function checkNumber(
  allows: (value: number) => boolean,
  allowed: string,
  instead?: string,
  toNumber?: (value: unknown) => unknown,
): Check<number> {
  return (name, value) => {
    const number = typeof value === 'number' ? value : toNumber?.(value);
    if (!isNumber(number)) throw invalid(name, allowed, value, instead);
    if (!allows(number)) throw invalidRange(name, allowed, show(value), instead);
    return number;
  };
}

/** Makes a check for arrays whose items all pass `checkItem`. The check returns a new array of the checked items. */
export function checkList<Item>(checkItem: Check<Item>, instead?: string): Check<readonly Item[]> {
  return (name, list) => {
    if (!Array.isArray(list)) throw invalid(name, 'an array', list, instead);
    return Array.from(list, (item, index) => checkItem(`${name}[${index}]`, item));
  };
}

export const checkString: Check<string> = checkThat((value) => typeof value === 'string', 'a string');
export const checkBoolean: Check<boolean> = checkThat((value) => typeof value === 'boolean', 'true or false');

/** Accepts functions. Refuses classes, because a class cannot be called without `new`. */
export const checkFunction: Check<(...args: any[]) => any> = checkThat(isFunction, 'a function');

/** Makes the same check with advice, which is `instead`. */
export function checkCallback(instead: string): Check<(...args: any[]) => any> {
  return checkThat(isFunction, 'a function', instead);
}

/** Makes a check for whole numbers from `least` to `most`. `noun` says in its message what they count. */
export function checkInteger(least: number, most: number, noun = 'an integer'): Check<number> {
  return checkNumber(isWhole(least, most), `${noun} from ${least} to ${most}`);
}

/** The longest delay of a timer. A timer with a longer delay would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Makes a check for delays of a timer that are at least `leastMs`. `instead` is the advice in its message. */
export function checkTimer(leastMs: number, instead: string): Check<number> {
  return checkNumber(
    (ms) => ms >= leastMs && ms <= LONGEST_MS,
    `a number of milliseconds from ${leastMs} to ${LONGEST_MS}`,
    instead,
  );
}
