// Core looks up timers, clock and randomness on `globalThis` when it uses them. So it runs unchanged, and at once, where
// these are replaced: in a worker of its own, whose `globalThis` nothing else uses.

/** Lets the event loop have turns, after each of which all promises that could settle have settled. */
class EventLoop {
  readonly #channel = new MessageChannel();

  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#channel.port1.onmessage = () => resolve();
      this.#channel.port2.postMessage(undefined);
    });
  }

  leave(): void {
    this.#channel.port1.close();
  }
}

interface PendingTimer {
  readonly at: number;
  readonly id: number;
  readonly fire: () => void;
}

/**
 * Runs `work` where timers, `performance.now` and `Math.random` of this realm are virtual: time begins at 0, and goes
 * on to the next timer whenever nothing is left to do.
 */
export async function inVirtualTime<Result>(random: () => number, work: () => Promise<Result>): Promise<Result> {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = performance;
  const { random: chance } = Math;
  const loop = new EventLoop();
  let time = 0;
  let lastId = 0;
  const timers = new Map<number, PendingTimer>();
  const virtual = {
    setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      lastId++;
      timers.set(lastId, { at: time + Math.max(0, ms), id: lastId, fire: () => callback(...args) });
      return lastId;
    },
    clearTimeout: (id: number) => void timers.delete(id),
  };
  Object.assign(globalThis, virtual);
  performance.now = () => time;
  Math.random = random;
  try {
    let done = false;
    const result = work().finally(() => {
      done = true;
    });
    result.catch(() => {});
    while (!done) {
      // Two: after many zero waits core takes a turn of its own, which it asks for after the first of these.
      await loop.turn();
      await loop.turn();
      const next = earliest(timers);
      if (next === undefined) continue;
      timers.delete(next.id);
      time = next.at;
      next.fire();
    }
    return await result;
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    performance.now = now;
    Math.random = chance;
    loop.leave();
  }
}

function earliest(timers: ReadonlyMap<number, PendingTimer>): PendingTimer | undefined {
  let found: PendingTimer | undefined;
  for (const timer of timers.values()) if (found === undefined || timer.at < found.at) found = timer;
  return found;
}

/** Random numbers from [0, 1) that are the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
