import { afterEach, beforeEach, type SuiteContext, type TestContext } from 'node:test';
import { setUp } from './runners/set-up.ts';

/**
 * Returns the group of a test: the full name of its parent. A subtest needs another group than its parent, because it
 * runs while its parent is running. Older versions of Node have no `fullName`, so all tests share one group there.
 */
function groupOf(test: TestContext | SuiteContext): string {
  const { name, fullName } = test as { readonly name: string; readonly fullName?: string };
  return fullName?.slice(0, -name.length) ?? '';
}

setUp(
  (run) => beforeEach((test) => run(groupOf(test))),
  (run) => afterEach((test) => run(groupOf(test), (test as { readonly passed?: boolean }).passed === false)),
);
