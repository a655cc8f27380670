import { type Check, checkNumber, isWhole } from '@stamina/validation';

const isCount = isWhole(1);

export const checkAttempts: Check<number> = checkNumber(
  (value) => value === Infinity || isCount(value),
  'an integer of at least 1, or Infinity',
);
