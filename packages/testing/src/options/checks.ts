import { type Check, checkNumber, checkThat, isClass, isWhole } from '@stamina/validation';

/** Makes a check for functions other than classes. `instead` is the advice in its message. */
export function checkCallback(instead: string): Check<(...args: any[]) => any> {
  return checkThat((value) => typeof value === 'function' && !isClass(value), 'a function', instead);
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
