// Runs every behaviour through every surface, so that no surface can drift from the others.
import { setRetryHooks } from '@stamina/core';
import { afterEach, describe, expect, test } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { behavioursOf } from './behaviours/all.ts';
import { finish, SURFACES } from './support/surfaces.ts';
import { useFakeTime } from './support/virtual-time.ts';
import { rejection } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

// Time stands still unless a test moves it. Synchronous waits block in real time, so they are short in these tests.
useFakeTime();
afterEach(() => setRetryHooks([]));

/** Fails after a few microtasks, when all callers already await it. */
async function fail(): Promise<never> {
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
  throw new Error('no answer');
}

describe.each(SURFACES)('$title', (surface) => {
  for (const [title, expectHolds] of behavioursOf(surface)) test(title, () => expectHolds(surface));

  // Not a behaviour, because engines differ in what a stack shows.
  test.each([0, 1])('the stack of every error shows the caller, after waits of %d ms', async (wait) => {
    const work = (): unknown => {
      if (surface.sync) throw new Error('no answer');
      return fail();
    };
    for (const attempts of [1, 2, 3]) {
      const call = surface.prepare({ on: () => wait, attempts }, work);
      async function theCaller(): Promise<unknown> {
        return await call();
      }
      expect(await rejection(finish(theCaller()))).toMatchObject({ stack: expect.stringContaining('theCaller') });
    }
  });
});
