import { AsyncLocalStorage } from 'node:async_hooks';
import { retry } from '@stamina/core';
import { expect, test } from 'vitest';

/** The number of zero waits after which a call gives the event loop a turn. */
const UNTIL_TURN = 1_000;

test.each([
  ['between retries', { waitMax: 0 }, 3],
  ['across a turn of the event loop', { waitMax: 0 }, UNTIL_TURN + 2],
  ['across a wait', { waitInitial: 1, waitMax: 1, waitJitter: 0 }, 3],
])('each call keeps its async context %s', async (_, waits, attempts) => {
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
