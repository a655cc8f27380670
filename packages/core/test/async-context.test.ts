import { AsyncLocalStorage } from 'node:async_hooks';
import { retry } from '@stamina/core';
import { expect, test } from 'vitest';

/** How often a call may fail at once before it waits for a turn of the event loop. */
const UNTIL_TURN = 1_000;

test.each([
  ['between retries', { waitMax: 0 }, 3],
  ['over a turn of the event loop', { waitMax: 0 }, UNTIL_TURN + 2],
  ['over a wait', { waitInitial: 1, waitMax: 1, waitJitter: 0 }, 3],
])('calls at the same time each keep their async context %s', async (_, waits, attempts) => {
  const storage = new AsyncLocalStorage<string>();
  const contextsOf = (name: string) =>
    storage.run(name, async () => {
      const contexts = new Set<string | undefined>();
      let left = attempts;
      await retry({ on: Error, attempts, ...waits }).run(() => {
        contexts.add(storage.getStore());
        if (--left > 0) throw new Error('not yet');
      });
      return [...contexts];
    });
  expect(await Promise.all(['one', 'two', 'three'].map(contextsOf))).toEqual([['one'], ['two'], ['three']]);
});
