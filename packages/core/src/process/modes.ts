import { checkBoolean, checkOptions, type OptionTable } from '@stamina/validation';
import { checkAttempts } from '../decision/attempts.ts';
import type { Disposer } from './disposable.ts';
import { addSetting, currentSettings, type TestMode } from './shared.ts';

const TEST_OPTIONS: OptionTable<TestMode> = {
  attempts: { default: 1, check: checkAttempts },
  cap: { default: false, check: checkBoolean },
};

/** Tells whether calls that begin now are retried. */
export function isActive(): boolean {
  return currentSettings().mode?.active ?? true;
}

/**
 * Switches retrying on or off in the whole process, for calls that begin afterwards. While it is off, every call makes
 * one attempt.
 *
 * @returns a disposable that removes this setting; of those that remain, the newest applies
 * @throws TypeError unless `active` is a boolean
 * @example
 * setActive(false);
 */
export function setActive(active: boolean): Disposer {
  return addSetting('active', { value: checkBoolean('active', active) });
}

/** Tells whether test mode is on. */
export function isTesting(): boolean {
  return currentSettings().mode?.testing !== undefined;
}

/**
 * Switches test mode on or off for calls that begin afterwards. In test mode no call waits, and each has `attempts`
 * attempts.
 *
 * @param testing on or off
 * @param options `attempts` (default 1) replaces each policy's own; with `cap: true` (default false) it only limits them
 * @returns a disposable that removes this setting; of those that remain, the newest applies
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
