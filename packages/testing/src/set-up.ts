import { setTesting } from '@stamina/core';
import { snapshot } from './shared.ts';

/** How a runner is told what to do before or after each test. A test may name its group. */
type Each = (run: (group?: string) => void) => void;

/** Switches test mode on, and sets again, when a test ends, what was set when it began. */
export function setUp(beforeEach: Each, afterEach: Each): void {
  setTesting(true);
  // Tests of one group may run at the same time: what was set before the first of them is back after the last.
  const groups = new Map<string, { running: number; readonly restore: () => void }>();
  beforeEach((name = '') => {
    const group = groups.get(name) ?? { running: 0, restore: snapshot() };
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
