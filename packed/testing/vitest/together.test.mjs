import { createRequire } from 'node:module';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { test } from 'vitest';

const { together } = createRequire(import.meta.url)('../promises.cjs');

together(core, testing, test.concurrent);

test.concurrent('the `expect` of a test has the matchers', async ({ expect }) => {
  expect(testing.recordRetries()).not.toHaveRetried(5);
});
