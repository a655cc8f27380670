import { after, describe, test } from 'node:test';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import promises from '../promises.cjs';

promises(core, testing, {
  test,
  afterAll: after,
  concurrent: (tests) =>
    describe('at the same time', { concurrency: true }, () => {
      for (const [name, run] of Object.entries(tests)) void test(name, run);
    }),
});
