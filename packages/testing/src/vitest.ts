import { saveSettings } from '@stamina/core/library';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { matchers, type RetryMatchers } from './recording/assertions.ts';
import { setUp } from './runners/set-up.ts';

// Adds the matchers to Chai's interface, because the form of Vitest's own differs between versions.
declare global {
  namespace Chai {
    interface Assertion extends RetryMatchers {}
  }
}

// Restores the settings after each test file. If files are not isolated, they share a process, and this module runs
// once per file.
afterAll(saveSettings());
setUp(
  (run) => beforeEach(() => run()),
  (run) => afterEach(({ task }) => run('', task.result?.state === 'fail')),
);
expect.extend(matchers);
