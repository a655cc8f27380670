/*
 * Plays whole calls by random plans. Compares their attempts, the details that hooks get, and their results with a
 * model that was written from the documentation alone. All surfaces are compared with the same model.
 */
import { setRetryHooks } from '@stamina/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runs } from './support/arbitraries.ts';
import { expectedTrace } from './support/call-model.ts';
import { plansFor } from './support/call-plan.ts';
import { Scene } from './support/call-scene.ts';
import { ONE_OF_EACH_FORM } from './support/surfaces.ts';
import { useVirtualTime } from './support/virtual-time.ts';

useVirtualTime();
afterEach(() => setRetryHooks([]));

describe.each(ONE_OF_EACH_FORM)('$title', (surface) => {
  test('behaves as documented', async () => {
    await fc.assert(
      fc.asyncProperty(plansFor(surface), async (plan) => {
        const scene = new Scene(plan, surface);
        const trace = await scene.play();
        expect(trace).toEqual(expectedTrace(scene));
        expect(scene.seenByProcess).toEqual(
          trace.flatMap((event) =>
            'retry' in event ? event.retry : 'giveUp' in event ? event.giveUp : 'recover' in event ? event.recover : [],
          ),
        );
        expect(vi.getTimerCount()).toBe(0);
      }),
      runs(3),
    );
  });
});
