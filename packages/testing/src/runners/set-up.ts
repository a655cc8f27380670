import { setTesting } from '@stamina/core';
import { saveSettings } from '@stamina/core/library';
import { makeExplainer } from './explanation.ts';

/** Registers a function that the runner calls before each test. The runner may pass it the group of the test. */
type RegisterBefore = (run: (group?: string) => void) => void;

/**
 * Registers a function that the runner calls after each test. The runner may pass it the group of the test, and whether
 * the test has failed.
 */
type RegisterAfter = (run: (group?: string, failed?: boolean) => void) => void;

/**
 * Switches test mode on, and undoes after each test what the test changed. If a test fails and a call gave up because
 * of test mode, explains test mode. If the runner does not report whether a test failed, it is assumed to have failed.
 */
export function setUp(beforeEach: RegisterBefore, afterEach: RegisterAfter): void {
  setTesting(true);
  const explainer = makeExplainer();
  // Tests of one group may run at the same time. The settings are saved before the first of them and restored after the
  // last.
  const groups = new Map<string, { running: number; readonly restore: () => void }>();
  beforeEach((name = '') => {
    if (groups.size === 0) explainer.watch();
    const group = groups.get(name) ?? { running: 0, restore: saveSettings() };
    group.running++;
    groups.set(name, group);
  });
  afterEach((name = '', failed = true) => {
    if (failed) explainer.explain();
    const group = groups.get(name);
    if (!group || --group.running > 0) return;
    groups.delete(name);
    group.restore();
    if (groups.size === 0) explainer.unwatch();
  });
}
