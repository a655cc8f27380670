import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attempt, retry } from '@stamina/core';
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

test('a timeout of an attempt is noticed in the async context of its call', async () => {
  const storage = new AsyncLocalStorage<string>();
  const { run } = retry({ on: Error, attempts: 1, attemptTimeout: 20 });
  const contextOf = (name: string) =>
    storage.run(name, async () => {
      let seen: string | undefined;
      const work = ({ signal }: Attempt) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            seen = storage.getStore();
            reject(signal.reason);
          });
        });
      await expect(run(work)).rejects.toMatchObject({ name: 'TimeoutError' });
      return seen;
    });
  expect(await Promise.all(['one', 'two', 'three'].map(contextOf))).toEqual(['one', 'two', 'three']);
});
