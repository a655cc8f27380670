import { saveSettings } from '@stamina/core/library';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { matchers, type RetryMatchers } from './recording/matchers.ts';
import { setUp } from './runners/set-up.ts';

// Chai's interface has the same form in all versions of Vitest. Vitest's own does not.
declare global {
  namespace Chai {
    interface Assertion extends RetryMatchers {}
  }
}

// If test files are not isolated from each other, this module runs once per file in the same process.
afterAll(saveSettings());
setUp(
  (run) => beforeEach(() => run()),
  (run) => afterEach(() => run()),
);
expect.extend(matchers);
