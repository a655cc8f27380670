// The behaviours of core, through every surface, as promises of the suite.
import { setRetryHooks } from '@stamina/core';
import { behavioursOf } from '../../packages/core/test/behaviours/all.ts';
import { SURFACES } from '../../packages/core/test/support/surfaces.ts';
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

/** What only a message port can tell. Cloudflare's workers have none, and Deno's get ahead of all else: the suite's timers tell there. */
const BY_PORT = /^the event loop gets a turn/;
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
