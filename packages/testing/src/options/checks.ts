import { type Check, checkNumber, checkThat, isClass, isWhole } from '@stamina/validation';

/** Makes a check for functions whose message gives advice. */
export function checkCallback(instead: string): Check<(...args: any[]) => any> {
  return checkThat((value) => typeof value === 'function' && !isClass(value), 'a function', instead);
}

/** Makes a check for whole numbers from `least` to `most`. */
export function checkInteger(least: number, most: number, noun = 'an integer'): Check<number> {
  return checkNumber(isWhole(least, most), `${noun} from ${least} to ${most}`);
}

/** The longest time that a timer can wait. A longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Makes a check for times that a timer can wait, from `leastMs` on. */
export function checkTimer(leastMs: number, instead: string): Check<number> {
  return checkNumber(
    (ms) => ms >= leastMs && ms <= LONGEST_MS,
    `a number of milliseconds from ${leastMs} to ${LONGEST_MS}`,
    instead,
  );
}
