// Some programs extend `Object.prototype`, and attackers try to. Such a property must not count as an option, a hook or
// an answer.
import { addRetryHook, type RetryOptions } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySimulation } from '@stamina/core/simulation';
import { retrySync } from '@stamina/core/sync';
import { expect, test, vi } from 'vitest';
import { detailsOf } from './support/work.ts';

/** Calls `fn` while `Object.prototype` has these properties. */
async function extended<Result>(properties: Record<string, unknown>, fn: () => Result): Promise<Awaited<Result>> {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
  }
  try {
    return await fn();
  } finally {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  }
}

/** Makes two attempts, the first of which fails. Returns what the hook saw of the retry. */
function retryOnce(options: Partial<RetryOptions>, own?: object): unknown {
  const onRetry = vi.fn();
  let calls = 0;
  retrySync({ on: Error, waitMax: 0, ...options, onRetry }).run(() => {
    if (calls++ === 0) throw new Error('once');
  }, own);
  return detailsOf(onRetry)[0];
}

test('an unrelated property breaks nothing', async () => {
  expect(await extended({ extend: 'x' }, () => retryOnce({}, {}))).toMatchObject({ retryNum: 1 });
});

test('options are not read from the prototype', async () => {
  const properties = { attempts: 1, name: 'not a name', signal: AbortSignal.abort(), aborted: true, budget: 5 };
  const details = await extended(properties, () => retryOnce({}, {}));
  expect(details).toMatchObject({ attempts: 10, name: 'anonymous' });
});

test('answers and durations are not read from the prototype', async () => {
  const properties = { atLeast: 60_000, total: () => 60_000 };
  expect(await extended(properties, () => retryOnce({ on: () => 0 }))).toMatchObject({ waitFor: 0 });
  expect(await extended(properties, () => retryOnce({ on: () => ({ milliseconds: 1 }) }))).toMatchObject({
    waitFor: 1,
  });
});

test('hooks and disposables are not read from the prototype', async () => {
  const properties = { onRetry: vi.fn(), dispose: vi.fn() };
  await extended(properties, () => {
    const hook = addRetryHook({ onGiveUp: () => {}, onRetry: undefined });
    retryOnce({});
    hook.dispose();
  });
  for (const mock of Object.values(properties)) expect(mock).not.toHaveBeenCalled();
});

test('the methods of a library are not read from the prototype', async () => {
  const properties = { report: vi.fn(), discard: vi.fn() };
  const onRetry = vi.fn();
  const error = new Error('once');
  const begun = libraryPolicy({ onRetry, waitMax: 0 }).begin();
  await extended(properties, () => begun.retry(error, { attempt: () => 'done', classify: () => true }));
  for (const mock of Object.values(properties)) expect(mock).not.toHaveBeenCalled();
  expect(detailsOf(onRetry)[0].causedBy).toBe(error);
});

test('simulated failures are not read from the prototype', async () => {
  const call = retrySimulation({ on: RangeError, waitJitter: 0 }, { now: () => 0, random: () => 0 }).begin();
  expect(await extended({ error: new Error('not this'), timedOut: true }, () => call.fail())).toBe(100);
  expect(await extended({ timedOut: true }, () => call.fail({ error: new Error('unmatched') }))).toBe('unmatched');
});
