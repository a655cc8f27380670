// Turns the behaviours of core, through every surface, into promises.
import { setRetryHooks } from '@stamina/core';
import { behavioursOf } from '../../../packages/core/test/behaviours/all.ts';
import { SURFACES } from '../../../packages/core/test/support/surfaces.ts';
import { runTest, tolerateWarning, vi } from './vitest.ts';

// Timeouts of a few milliseconds make the tests short, and look like seconds.
tolerateWarning('Did you mean seconds?');

/** Time stands still unless a test lets it pass. */
function setUp(): void {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
}

function tearDown(): void {
  setRetryHooks([]);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
}

/**
 * Matches a behaviour that only message ports show. Workers of Cloudflare have none, and in Deno they overtake everything else.
 * `core.js` tests the same with timers.
 */
const BY_PORT = /zero waits give the event loop a turn$/;
const portsTell = typeof MessageChannel === 'function' && !('Deno' in globalThis);

/** Returns a promise for each behaviour of each surface. Synchronous surfaces need a runtime in which they can block. */
export function behaviourPromises({ canBlock }: { canBlock: boolean }): Record<string, () => Promise<void>> {
  const surfaces = SURFACES.filter(({ sync }) => canBlock || !sync);
  return Object.fromEntries(
    surfaces.flatMap((surface) =>
      behavioursOf(surface)
        .filter(([sentence]) => portsTell || !BY_PORT.test(sentence))
        .map(([sentence, expectHolds]) => [
          `${surface.title}: ${sentence}`,
          () => runTest(() => expectHolds(surface), setUp, tearDown),
        ]),
    ),
  );
}
