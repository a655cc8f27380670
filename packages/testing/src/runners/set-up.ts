import { setTesting } from '@stamina/core';
import { saveSettings } from '@stamina/core/library';

/**
 * Registers a function that the runner calls before or after each test. The runner may pass it the group of the test.
 */
type RegisterHook = (run: (group?: string) => void) => void;

/** Switches test mode on, and undoes after each test what the test changed. */
export function setUp(beforeEach: RegisterHook, afterEach: RegisterHook): void {
  setTesting(true);
  // Tests of one group may run at the same time. The settings are saved before the first of them and restored after the
  // last.
  const groups = new Map<string, { running: number; readonly restore: () => void }>();
  beforeEach((name = '') => {
    const group = groups.get(name) ?? { running: 0, restore: saveSettings() };
    group.running++;
    groups.set(name, group);
  });
  afterEach((name = '') => {
    const group = groups.get(name);
    if (!group || --group.running > 0) return;
    groups.delete(name);
    group.restore();
  });
}
