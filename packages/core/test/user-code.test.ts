// Functions of users run in the middle of a call. They may do what they like.

import { setImmediate } from 'node:timers/promises';
import { addRetryHook, type RetryOptions, retry } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectWarning, tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { type CallOptions, SURFACES } from './support/surfaces.ts';
import { callOf, detailsOf, error, failing, hopeless, rejection } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

describe('between a failure and the next attempt', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /**
   * The places where code of users runs. Each returns options of the policy, or of a library's call, that call
   * `interfere`.
   */
  const PLACES: Record<string, (interfere: () => void) => { options?: Partial<RetryOptions>; own?: CallOptions }> = {
    'a hook of the policy': (interfere) => ({ options: { onRetry: interfere } }),
    'a hook of the process': (interfere) => {
      const added = addRetryHook(interfere);
      onTestFinished(() => added.dispose());
      return {};
    },
    'a disposable of a hook': (interfere) => ({ options: { onRetry: () => ({ dispose: interfere }) } }),
    'a predicate': (interfere) => ({
      options: {
        on: () => {
          interfere();
          return 0;
        },
      },
    }),
    'a budget': (interfere) => ({
      options: {
        budget: {
          balance: 1,
          deposit() {},
          withdraw() {
            interfere();
            return true;
          },
        },
      },
    }),
    'the `discard` of a library': (interfere) => ({ own: { discard: interfere } }),
  };

  describe.each(Object.entries(PLACES))('%s', (place, arrange) => {
    const surfaces = SURFACES.filter(({ form }) => form === 'library' || !place.includes('library'));

    test.each(surfaces.filter(({ takesSignal }) => takesSignal))('can abort: $title', async (surface) => {
      const controller = new AbortController();
      const { options, own } = arrange(() => controller.abort('enough'));
      const work = hopeless();
      const call = surface.prepare({ on: () => 0, signal: controller.signal, ...options }, work);
      expect(await rejection(call(own))).toBe('enough');
      expect(work).toHaveBeenCalledTimes(1);
    });

    test.each(surfaces)('can use up the timeout: $title', async (surface) => {
      const error = new Error('not yet');
      const { options, own } = arrange(() => vi.advanceTimersByTime(30));
      const work = hopeless(error);
      const onGiveUp = vi.fn();
      const call = surface.prepare({ on: () => 0, timeout: 20, onGiveUp, ...options }, work);
      expect(await rejection(call(own))).toBe(error);
      expect(work).toHaveBeenCalledTimes(1);
      expect(detailsOf(onGiveUp)).toMatchObject([{ reason: 'timeout', elapsed: 30 }]);
    });
  });
});

describe('promises that reject', () => {
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
});
