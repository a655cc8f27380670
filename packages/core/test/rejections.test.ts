import { setImmediate } from 'node:timers/promises';
import { retry } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { callOf, error } from './support/retryable-call.ts';
import { failing, rejection } from './support/work.ts';

// Vitest fails if a rejection is unhandled, so these tests need no assertion for that.

const noWait = { on: Error, waitMax: 0 };
const reject = async (): Promise<never> => {
  throw new Error('in an async function');
};

/** Waits until the process has reported unhandled rejections. */
const turn = () => setImmediate();

test('a generator of an aborted policy may be iterated later', async () => {
  const reason = new Error('the caller went away');
  const policy = retry({ ...noWait, signal: AbortSignal.abort(reason) });
  async function* numbers(): AsyncGenerator<number, void, unknown> {
    yield 1;
  }
  for (const list of [policy(numbers), policy(() => numbers())]) {
    const generator = list();
    await turn();
    expect(await rejection(generator.next())).toBe(reason);
  }
});

test('the disposable of a hook may be asynchronous', async () => {
  expectWarning(/retry hook .* failed/);
  const onRetry = () => ({ dispose: reject });
  expect(await retry({ ...noWait, onRetry }).run(failing(new Error('once')))).toBe('done');
  await turn();
});

test('the `deposit` of a budget may be asynchronous', async () => {
  const budget = { balance: 1, deposit: reject, withdraw: () => true };
  expect(await retry({ ...noWait, budget }).run(failing(new Error('once')))).toBe('done');
  await turn();
});

test('the methods of a retryable call may be asynchronous', async () => {
  const onRetry = vi.fn();
  const begun = libraryPolicy({ waitMax: 0, onRetry }).begin();
  const methods: object = { discard: reject, report: reject };
  expect(await begun.retry(error, callOf(methods))).toBe('done');
  await turn();
  expect(onRetry).toHaveBeenCalledTimes(1);
});
