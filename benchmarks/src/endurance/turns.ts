/** In milliseconds: of the clock, and of the thread's own time, which a busy machine does not lengthen. */
export interface Stall {
  readonly wallMs: number;
  readonly ownMs: number;
}

// Newer than the oldest Node that is promised, and so than its types.
const { threadCpuUsage } = process as unknown as { threadCpuUsage(): { user: number; system: number } };

function ownMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}

/** Watches the turns of the event loop, which it keeps busy. */
export function watchTurns(): { longest: () => Stall; stop: () => void } {
  let wall = performance.now();
  let own = ownMs();
  let wallMs = 0;
  let longestOwnMs = 0;
  let handle: NodeJS.Immediate | undefined;
  // Leaves next to no garbage itself.
  const look = (): void => {
    const [wallNow, ownNow] = [performance.now(), ownMs()];
    wallMs = Math.max(wallMs, wallNow - wall);
    longestOwnMs = Math.max(longestOwnMs, ownNow - own);
    [wall, own] = [wallNow, ownNow];
    handle = setImmediate(look);
  };
  look();
  return {
    /** The longest turn since this was last asked. */
    longest() {
      const found: Stall = { wallMs, ownMs: longestOwnMs };
      wallMs = longestOwnMs = 0;
      return found;
    },
    stop: () => clearImmediate(handle),
  };
}
