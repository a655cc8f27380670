import { afterEach, beforeEach, type SuiteContext, type TestContext } from 'node:test';
import { setUp } from './set-up.ts';

/** Tests of one parent form a group: a subtest begins and ends while its parent runs. */
function groupOf(test: TestContext | SuiteContext): string {
  const { name, fullName } = test as { readonly name: string; readonly fullName?: string };
  return fullName?.slice(0, -name.length) ?? '';
}

setUp(
  (run) => beforeEach((test) => run(groupOf(test))),
  (run) => afterEach((test) => run(groupOf(test))),
);
