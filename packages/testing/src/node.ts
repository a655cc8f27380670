import { afterEach, beforeEach, type SuiteContext, type TestContext } from 'node:test';
import { setUp } from './runners/set-up.ts';

/**
 * Returns the group of a test. Tests with the same parent form a group, because a subtest runs while its parent is
 * running.
 */
function groupOf(test: TestContext | SuiteContext): string {
  const { name, fullName } = test as { readonly name: string; readonly fullName?: string };
  return fullName?.slice(0, -name.length) ?? '';
}

setUp(
  (run) => beforeEach((test) => run(groupOf(test))),
  (run) => afterEach((test) => run(groupOf(test))),
);
