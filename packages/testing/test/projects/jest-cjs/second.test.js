const core = require('@stamina/core');
const testing = require('@stamina/testing');
const { afterAll, expect, test } = require('@jest/globals');
const { oneByOne } = require('../promises.cjs');

oneByOne(core, testing, { test, afterAll });

test('expect() has the matchers', async () => {
  const recorder = testing.recordRetries();
  const load = testing.flaky(async () => 5, { failures: 2 });
  await testing.withTesting({ attempts: 2 }, () => core.retry({ on: Error })(load)()).catch(() => {});
  expect(recorder).toHaveRetried(1);
  expect(recorder).toHaveGivenUp('attempts');
  expect(() => expect(recorder).toHaveRetried(2)).toThrow('Expected 2 retries, got 1 retry');
});
