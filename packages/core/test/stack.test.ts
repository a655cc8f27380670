import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish, SURFACES } from './support/surfaces.ts';
import { rejection } from './support/work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Fails after a few microtasks, when all callers already await it. */
async function fail(): Promise<never> {
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
  throw new Error('no answer');
}

describe.each(SURFACES)('$title', (surface) => {
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
