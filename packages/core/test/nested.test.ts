import { gaveUp, type RetryOptions, retry, setTesting } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectWarning } from '../../../scripts/vitest/setup.ts';
import { hopeless, rejection } from './support/work.ts';

const noWait: RetryOptions = { on: Error, waitMax: 0, attempts: 3 };
const fail = () => Promise.reject(new Error('unavailable'));

describe('the warning of nested retries', () => {
  const shared = Reflect.get(globalThis, Symbol.for('@stamina/core/1')) as { warned: WeakSet<object> };
  beforeEach(() => {
    shared.warned = new WeakSet();
  });
  afterEach(() => void vi.restoreAllMocks());

  test('says which call multiplies what, and comes once', async () => {
    const load = retry({ ...noWait, name: 'load' });
    const request = retry({ ...noWait, attempts: 2 });
    expectWarning('StaminaWarning: load retries an error with which a call inside it gave up after 2 attempts.');
    const warned = new Promise<Error & { detail?: string }>((resolve) => process.once('warning', resolve));
    for (let call = 0; call < 3; call++) await rejection(load.run(() => request.run(fail)));
    const { message, detail } = await warned;
    expect(message).toContain('Together they make up to 2 × 3 = 6.');
    expect(detail).toContain('Give the outer policy `nested: false`');
  });

  test.each([{ nested: true }, { nested: false }])('does not come with %o', async (own) => {
    const emitted = vi.spyOn(process, 'emitWarning');
    await rejection(retry({ ...noWait, ...own }).run(() => retry(noWait).run(fail)));
    expect(emitted).not.toHaveBeenCalled();
  });

  test('does not come if the outer call gives up anyway', async () => {
    const emitted = vi.spyOn(process, 'emitWarning');
    await rejection(retry({ ...noWait, attempts: 1 }).run(() => retry(noWait).run(fail)));
    expect(emitted).not.toHaveBeenCalled();
  });

  test('does not come in test mode with one attempt', async () => {
    const emitted = vi.spyOn(process, 'emitWarning');
    const off = setTesting(true);
    await rejection(retry(noWait).run(() => retry(noWait).run(fail)));
    off.dispose();
    expect(emitted).not.toHaveBeenCalled();
  });
});

describe('a nested retry', () => {
  const outer = retry({ ...noWait, nested: false });
  const inner = retry({ ...noWait, attempts: 2 });

  test.each<[string, (work: () => Promise<unknown>) => Promise<unknown>]>([
    ['await', async (work) => (await inner.run(work)) ?? 'done'],
    ['Promise.all', (work) => Promise.all([inner.run(work), Promise.resolve('other')])],
    ['finally', (work) => inner.run(work).finally(() => {})],
    ['catch and throw', (work) => inner.run(work).catch((error: unknown) => Promise.reject(error))],
    [
      'a later turn',
      async (work) => {
        try {
          return await inner.run(work);
        } finally {
          await new Promise((resolve) => setTimeout(resolve));
        }
      },
    ],
  ])('is seen through %s', async (_title, body) => {
    const work = vi.fn(fail);
    await rejection(outer.run(() => body(work)));
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('is not seen if the error was wrapped', async () => {
    const work = vi.fn(fail);
    const wrapping = () =>
      inner.run(work).catch((cause: unknown) => {
        throw new Error('wrapped', { cause });
      });
    await rejection(outer.run(wrapping));
    expect(work).toHaveBeenCalledTimes(6);
  });

  test('is not seen in a promise that was rejected before the attempt', async () => {
    const cached = inner.run(fail);
    await rejection(cached);
    const work = vi.fn(() => cached);
    await rejection(outer.run(work));
    expect(work).toHaveBeenCalledTimes(3);
  });

  test('is not seen in errors that are not objects', async () => {
    const work = hopeless('unavailable');
    const any = { ...noWait, on: () => true };
    await rejection(retry({ ...any, nested: false }).run(() => retry(any).run(work)));
    expect(work).toHaveBeenCalledTimes(9);
  });
});

describe('gaveUp', () => {
  test.each([undefined, null, 0, 'error', new Error(), () => {}])('is false for %o', (value) => {
    expect(gaveUp(value)).toBe(false);
  });

  test.each([1, 3])('is true for the error with which a call of %d attempts gave up', async (attempts) => {
    expect(gaveUp(await rejection(retry({ ...noWait, attempts }).run(fail)))).toBe(true);
  });

  test('is false if `on` did not match, or the call was aborted', async () => {
    expect(gaveUp(await rejection(retry({ ...noWait, on: RangeError }).run(fail)))).toBe(false);
    const controller = new AbortController();
    const aborting = () => {
      controller.abort();
      return fail();
    };
    expect(gaveUp(await rejection(retry({ ...noWait, signal: controller.signal }).run(aborting)))).toBe(false);
  });

  test('tells a hook of an outer call about it', async () => {
    const seen: boolean[] = [];
    const onRetry = ({ causedBy }: { causedBy: unknown }) => void seen.push(gaveUp(causedBy));
    await rejection(retry({ ...noWait, nested: true, onRetry }).run(() => retry(noWait).run(fail)));
    expect(seen).toEqual([true, true]);
  });
});

test('an earlier give-up does not count, even if another call gives up during the attempt', async () => {
  const stale = new Error('stale');
  const inner = retry({ ...noWait, attempts: 2 });
  await expect(inner.run(hopeless(stale))).rejects.toBe(stale);
  const work = vi.fn(async () => {
    if (work.mock.calls.length > 1) return 'done';
    await expect(inner.run(hopeless())).rejects.toThrow('always');
    throw stale;
  });
  expect(await retry({ ...noWait, nested: false }).run(work)).toBe('done');
});
