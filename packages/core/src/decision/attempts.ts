import { type Check, checkNumber } from '@stamina/validation';

/** Checks a number of attempts, which may be that of a policy or of test mode. */
export const checkAttempts: Check<number> = checkNumber(
  (value) => value === Infinity || (value >= 1 && value % 1 === 0),
  'an integer of at least 1, or Infinity',
);
