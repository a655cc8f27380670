import { type Check, checkNumber, isWhole } from '@stamina/validation';

const isFiniteCount = isWhole(0);

/** Makes a check for a number of failures: an integer of at least 0, or Infinity. */
export function checkFailureCount(instead?: string): Check<number> {
  return checkNumber(
    (count) => isFiniteCount(count) || count === Infinity,
    'an integer of at least 0, or Infinity',
    instead,
  );
}
