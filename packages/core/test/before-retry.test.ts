import { addRetryHook, type RetryOptions } from '@stamina/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CallOptions, SURFACES } from './support/surfaces.ts';
import { detailsOf, hopeless, rejection } from './support/work.ts';

// Code of users may run between a failure and the next attempt, even if there is no wait.

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
