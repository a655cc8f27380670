import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRetried, flaky, recordRetries, withTesting } from '@stamina/testing';
import { loadUser, Unavailable } from './users.cjs';

const error = new Unavailable('not yet');

test('nothing is retried unless a test asks for it', async () => {
  await assert.rejects(loadUser(flaky(() => 'Ada', { failures: 1, error })), error);
});

test('a test that asks for it gets its retries, without the waits', async () => {
  const recorder = recordRetries();
  const source = flaky(() => 'Ada', { failures: 2, error });
  assert.equal(await withTesting({ attempts: 3 }, () => loadUser(source)), 'Ada');
  assertRetried(recorder, 2);
});
