import { retry } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SURFACES } from './surfaces.ts';
import { failing, hopeless, rejection, settle } from './work.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each(SURFACES)('$title', (surface) => {
  test('discards what an attempt threw before hooks are told and the wait begins, and nothing else', async () => {
    const log: unknown[] = [];
    const errors = [new RangeError('first'), new RangeError('second')];
    const options = {
      on: RangeError,
      discard: (error: unknown) => void log.push(error),
      onRetry: ({ waitFor }: { waitFor: number }) => void log.push(waitFor),
    };
    const fixed = { waitInitial: 7, waitExpBase: 1, waitJitter: 0 };
    expect(await settle(surface, { ...options, ...fixed }, failing(...errors))).toBe('done');
    expect(log).toEqual([errors[0], 7, errors[1], 7]);
  });

  test('discards nothing that the call ends with', async () => {
    const discard = vi.fn();
    const [error, other] = [new RangeError('retried'), new Error('other')];
    const options = { on: RangeError, waitMax: 0, discard };
    await rejection(settle(surface, { ...options, attempts: 1 }, hopeless(error)));
    await rejection(settle(surface, options, failing(error, other)));
    expect(discard.mock.calls).toEqual([[error]]);
  });

  test('ends with what `discard` throws', async () => {
    const broken = new Error('cannot be discarded');
    const work = hopeless();
    const options = {
      on: Error,
      waitMax: 0,
      discard: () => {
        throw broken;
      },
    };
    expect(await rejection(settle(surface, options, work))).toBe(broken);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('`causeOf`', () => {
  test('is not asked where nobody listens', async () => {
    const causeOf = vi.fn();
    await retry({ on: Error, waitMax: 0, causeOf }).run(failing(new Error('first')));
    expect(causeOf).not.toHaveBeenCalled();
  });

  test('makes what hooks are told, and not what the call ends with', async () => {
    const error = new Error('with a secret');
    const [onRetry, onGiveUp] = [vi.fn(), vi.fn()];
    const options = { on: Error, waitMax: 0, attempts: 2, causeOf: () => 'without it', onRetry, onGiveUp };
    expect(await rejection(retry(options).run(hopeless(error)))).toBe(error);
    expect(onRetry).toHaveBeenCalledWith(expect.objectContaining({ causedBy: 'without it' }));
    const causes = { causedBy: 'without it', errors: ['without it', 'without it'] };
    expect(onGiveUp).toHaveBeenCalledWith(expect.objectContaining(causes));
  });

  test('cannot break a call: hooks are told what it throws', async () => {
    const broken = new Error('no cause');
    const onRecover = vi.fn();
    const causeOf = () => {
      throw broken;
    };
    expect(await retry({ on: Error, waitMax: 0, causeOf, onRecover }).run(failing(new Error('first')))).toBe('done');
    expect(onRecover).toHaveBeenCalledWith(expect.objectContaining({ causedBy: broken }));
  });
});
