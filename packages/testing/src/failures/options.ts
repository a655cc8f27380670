import { type Check, checkNumber, isClass, isWhole } from '@stamina/validation';

/** Makes the error of a call or an attempt. `num` is its number, from 1. */
export type ErrorMaker = (num: number) => unknown;

/**
 * Turns an `error` option into a function that makes errors.
 *
 * A class is instantiated with a message that holds the number. Any other function is called with the number. Without
 * an option, the error is an `Error` with such a message. Every other value is itself the error.
 */
export function toErrorMaker(error: unknown): ErrorMaker {
  if (error === undefined) return (num) => new Error(messageOf(num));
  if (typeof error !== 'function') return () => error;
  if (!isClass(error)) return error as ErrorMaker;
  const ErrorClass = error as new (message: string) => unknown;
  return (num) => new ErrorClass(messageOf(num));
}

function messageOf(num: number): string {
  return `flaky failure ${num}`;
}

const isFiniteCount = isWhole(0);

/** Makes a check for a number of failures: an integer of at least 0, or Infinity. */
export function checkFailureCount(instead?: string): Check<number> {
  return checkNumber(
    (count) => isFiniteCount(count) || count === Infinity,
    'an integer of at least 0, or Infinity',
    instead,
  );
}
