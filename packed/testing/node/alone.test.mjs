import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { oneByOne } from '../promises.cjs';

oneByOne(core, testing, { test, afterAll: after });

test('a subtest does not see changes of another', async (t) => {
  await t.test('one', () => void core.setTesting(false));
  await t.test('the next', () => assert.equal(core.isTesting(), true));
});
