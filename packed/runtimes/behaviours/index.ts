// The behaviours of core, through every surface, as promises of the suite.
import { setRetryHooks } from '@stamina/core';
import { behavioursOf } from '../../../packages/core/test/behaviours/all.ts';
import { SURFACES } from '../../../packages/core/test/support/surfaces.ts';
import { runTest, vi } from './vitest.ts';

/** Time stands still unless a test lets it pass. */
function setUp(): void {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
}

function tearDown(): void {
  setRetryHooks([]);
  vi.restoreAllMocks();
  vi.useRealTimers();
}

/** Behaviours that only a message port shows. Workers of Cloudflare have none, and those of Deno overtake everything else; the suite of the runtimes has timers for that. */
const BY_PORT = /zero waits give the event loop a turn$/;
const portsTell = typeof MessageChannel === 'function' && !('Deno' in globalThis);

/** Each sentence of each surface. Synchronous surfaces wait, and so need to block. */
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
