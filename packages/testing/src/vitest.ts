import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { matchers, type RetryMatchers } from './matchers.ts';
import { setUp } from './set-up.ts';
import { snapshot } from './shared.ts';

// Of Chai rather than of Vitest: that has the same form in all versions of Vitest.
declare global {
  namespace Chai {
    interface Assertion extends RetryMatchers {}
  }
}

// Where files are not isolated from each other, this runs again for each, in one process.
afterAll(snapshot());
setUp(
  (run) => beforeEach(() => run()),
  (run) => afterEach(() => run()),
);
expect.extend(matchers);
