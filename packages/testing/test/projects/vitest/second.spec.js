import { createRequire } from 'node:module';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { afterAll, expect, test } from 'vitest';

const promises = createRequire(import.meta.url)('../promises.cjs');

promises(core, testing, {
  test,
  afterAll,
  concurrent: (tests) => {
    for (const [name, run] of Object.entries(tests)) test.concurrent(name, run);
  },
});

test('there are matchers', async () => {
  const recorder = testing.recordRetries();
  const load = testing.flaky(async () => 5, { failures: 2 });
  await testing.withTesting({ attempts: 2 }, () => core.retry({ on: Error })(load)()).catch(() => {});
  expect(recorder).toHaveRetried(1);
  expect(recorder).toHaveGivenUp('attempts');
  expect(() => expect(recorder).toHaveRetried(2)).toThrow('Expected 2 retries, got 1 retry');
});

test.concurrent('the matchers are those of a test of its own `expect`, too', async ({ expect: own }) => {
  own(testing.recordRetries()).not.toHaveRetried();
});
