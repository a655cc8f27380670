import { createRequire } from 'node:module';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { afterAll, expect, test } from 'vitest';

const { oneByOne } = createRequire(import.meta.url)('../promises.cjs');

oneByOne(core, testing, { test, afterAll });

test('expect() has the matchers', async () => {
  const recorder = testing.recordRetries();
  const load = testing.flaky(async () => 5, { failures: 2 });
  await testing.withTesting({ attempts: 2 }, () => core.retry({ on: Error })(load)()).catch(() => {});
  expect(recorder).toHaveRetried(1);
  expect(recorder).toHaveGivenUp('attempts');
  expect(() => expect(recorder).toHaveRetried(2)).toThrow('Expected 2 retries, got 1 retry');
});
