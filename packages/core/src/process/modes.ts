import { checkBoolean, checkOptions, type OptionTable } from '@stamina/validation';
import { checkAttempts } from '../decision/attempts.ts';
import type { Disposer } from './disposable.ts';
import { addSetting, currentSettings, type TestMode } from './shared.ts';

const TEST_OPTIONS: OptionTable<TestMode> = {
  attempts: { default: 1, check: checkAttempts },
  cap: { default: false, check: checkBoolean },
};

/** Returns whether calls that begin now are retried. */
export function isActive(): boolean {
  return currentSettings().mode?.active ?? true;
}

/**
 * Switches retrying on or off for calls that begin afterwards. While it is off, each call makes one attempt, hooks are
 * not called, and budgets are not charged.
 *
 * The setting applies to the whole process. Inside `withTesting` of `@stamina/testing`, it applies to that callback
 * only.
 *
 * @param active false to switch retrying off
 * @returns a disposable that removes this setting. The newest setting that remains then applies
 * @throws TypeError if `active` is not a boolean
 * @example
 * setActive(false);
 */
export function setActive(active: boolean): Disposer {
  return addSetting('active', { value: checkBoolean('active', active) });
}

/** Returns whether test mode is on. */
export function isTesting(): boolean {
  return currentSettings().mode?.testing !== undefined;
}

/**
 * Switches test mode on or off for calls that begin afterwards. In test mode, calls do not wait, and `attempts`
 * replaces the number of attempts of each policy. Neither `timeout` nor `deadline` nor `budget` ends a call sooner,
 * unless the number is Infinity.
 *
 * The setting applies to the whole process. Inside `withTesting` of `@stamina/testing`, it applies to that callback
 * only.
 *
 * @param testing true to switch test mode on
 * @param options `attempts` is an integer of at least 1, or Infinity (default 1). With `cap: true` (default false), a
 *   policy with fewer attempts keeps its own number
 * @returns a disposable that removes this setting. The newest setting that remains then applies
 * @throws TypeError or RangeError for a value that is not allowed
 * @example
 * setTesting(true, { attempts: 3, cap: true });
 */
export function setTesting(
  testing: boolean,
  options: { attempts?: number | undefined; cap?: boolean | undefined } = {},
): Disposer {
  checkBoolean('testing', testing);
  const mode = checkOptions('options of setTesting', options, TEST_OPTIONS, 'write setTesting(true, { attempts: 1 })');
  return addSetting('testing', { value: testing ? mode : undefined });
}
